#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "cprocess.h"

enum { signal_limit = 64 };

/* The pipe is the same for all signals and is never closed, so that a handler that runs late finds it open. */
static volatile sig_atomic_t signal_pipe = -1;
static struct sigaction previous[signal_limit];

static void forward(int signal) {
  int failure = errno;
  unsigned char byte = (unsigned char)signal;
  /* A full pipe already holds more signals than anybody sent on purpose. */
  if (write(signal_pipe, &byte, 1) < 0) {
  }
  errno = failure;
}

int mockrec_signal_catch(int signal, int pipe) {
  if (signal <= 0 || signal >= signal_limit) {
    errno = EINVAL;
    return -1;
  }
  struct sigaction now;
  if (sigaction(signal, NULL, &now) < 0) return -1;
  /* Scripts start background jobs with SIGINT ignored, and then stop mockrec by it: it is how mockrec is stopped. */
  if (now.sa_handler == SIG_IGN && signal != SIGINT) return 0;
  signal_pipe = pipe;
  previous[signal] = now;
  struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  return sigaction(signal, &action, NULL) < 0 ? -1 : 1;
}

void mockrec_signal_release(int signal) {
  if (signal > 0 && signal < signal_limit) sigaction(signal, &previous[signal], NULL);
}

int mockrec_signal_pipe(int ends[2]) {
  return pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0 ? errno : 0;
}
