#ifndef MOCKREC_GUARD_H
#define MOCKREC_GUARD_H

#include "cprocess.h"

/* What the guard has to know, all made before the fork. */
struct guard_plan {
  char *const *paths;
  char **argv;
  char *const *envp;
  /* Standard input is a terminal and mockrec is in its foreground: the command gets it. */
  int takes_terminal;
  /* A bit for each signal that the command has to ignore as mockrec was told to. */
  unsigned long long ignored;
  struct mockrec_place place;
};

/* Runs the command and guards it to its end. Called in a new process with every signal blocked. */
_Noreturn void mockrec_guard(const struct guard_plan *plan, int channel);

#endif
