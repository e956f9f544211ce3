#include "cprocess.h"

#ifdef __GLIBC__
#include <malloc.h>

void mockrec_return_freed_memory(void) { mallopt(M_MMAP_THRESHOLD, 128 << 10); }
#else
void mockrec_return_freed_memory(void) {}
#endif
