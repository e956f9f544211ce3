#ifndef MOCKREC_CTEXT_H
#define MOCKREC_CTEXT_H

#include <stddef.h>

// What an XPath 1.0 expression gives of a document.
enum mockrec_xpath_kind {
  MOCKREC_XPATH_NO_DOCUMENT,
  MOCKREC_XPATH_NO_EXPRESSION,
  // Working it out takes too many steps.
  MOCKREC_XPATH_LIMIT,
  MOCKREC_XPATH_NODES,
  MOCKREC_XPATH_TEXT,
  MOCKREC_XPATH_NUMBER,
  MOCKREC_XPATH_BOOL,
};

typedef struct {
  enum mockrec_xpath_kind kind;
  // Of nodes; of a truth 0 or 1.
  long count;
  double number;
  // The text, or what is wrong with the document or the expression; null where there are no words for it. To be freed
  // with mockrec_text_free.
  char *text;
} mockrec_xpath_result;

// Asks a document in UTF-8 of at most INT_MAX bytes. HTML may be written carelessly. Nothing is loaded from elsewhere
// and no entity is expanded. Prefixes are those that the root declares; `_` stands for its default namespace.
mockrec_xpath_result mockrec_xpath(const char *document, size_t bytes, int is_html, const char *expression);

// What is wrong with a text that is no XPath, to be freed with mockrec_text_free; null for one that is an XPath.
char *mockrec_xpath_problem(const char *expression);

void mockrec_text_free(char *text);

// Converts text between charsets by iconv. Gives the new bytes, to be freed with mockrec_text_free, and their number;
// null for an unknown charset and for bytes that are no text of it.
char *mockrec_text_convert(const char *from, const char *to, const char *bytes, size_t count, size_t *converted);

#endif
