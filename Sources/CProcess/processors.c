#define _GNU_SOURCE
#include "cprocess.h"

#ifdef __linux__
#include <sched.h>

int mockrec_allowed_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
#else
int mockrec_allowed_processors(void) { return 0; }
#endif
