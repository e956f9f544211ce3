#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "ctext.h"

void mockrec_text_free(char *text) { free(text); }

char *mockrec_text_convert(const char *from, const char *to, const char *bytes, size_t count, size_t *converted) {
  iconv_t conversion = iconv_open(to, from);
  if (conversion == (iconv_t)-1) return NULL;
  // No charset that iconv knows makes more than four bytes, and a shift before and behind them, of one.
  size_t room = count * 4 + 16;
  char *result = malloc(room);
  char *output = result, *input = (char *)bytes;
  size_t left = count, free_bytes = room;
  if (result != NULL && (iconv(conversion, &input, &left, &output, &free_bytes) == (size_t)-1 || left > 0 ||
                         iconv(conversion, NULL, NULL, &output, &free_bytes) == (size_t)-1)) {
    free(result);
    result = NULL;
  }
  iconv_close(conversion);
  *converted = room - free_bytes;
  return result;
}
