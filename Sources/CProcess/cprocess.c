#define _GNU_SOURCE
#include "cprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"

/* The job-control signals that a caller may have told mockrec to ignore, and with it every command. */
static unsigned long long inherited_ignores(void) {
  unsigned long long ignored = 0;
  const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  for (unsigned index = 0; index < sizeof signals / sizeof *signals; index++) {
    struct sigaction action;
    if (sigaction(signals[index], NULL, &action) == 0 && action.sa_handler == SIG_IGN)
      ignored |= 1ull << signals[index];
  }
  return ignored;
}

/* Moves a descriptor above the standard streams, should one of those have been closed. */
static int above_streams(int descriptor) {
  if (descriptor > 2) return descriptor;
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  int failure = errno;
  close(descriptor);
  errno = failure;
  return moved;
}

int mockrec_command_start(
    char *const *paths, char **argv, char *const *envp, struct mockrec_place place, struct mockrec_command *command) {
  struct guard_plan plan = {
      .paths = paths, .argv = argv, .envp = envp, .ignored = inherited_ignores(), .place = place};
  plan.takes_terminal = place.output < 0 && isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();

  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return errno;
  ends[0] = above_streams(ends[0]);
  ends[1] = above_streams(ends[1]);
  if (ends[0] < 0 || ends[1] < 0) {
    int failure = errno;
    close(ends[0]);
    close(ends[1]);
    return failure;
  }

  /* With the terminal away, a line that mockrec prints must not stop it. */
  if (plan.takes_terminal) signal(SIGTTOU, SIG_IGN);

  /* No handler of this process may run in the guard before it has set its own. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t guard = fork();
  if (guard == 0) mockrec_guard(&plan, ends[1]);
  int failure = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (guard < 0) {
    close(ends[0]);
    return failure;
  }
  command->guard = guard;
  command->channel = ends[0];
  return 0;
}

char **mockrec_environment(void) { return environ; }

int mockrec_command_signal(int channel, int signal) {
  unsigned char byte = (unsigned char)signal;
  while (send(channel, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

int mockrec_command_end(int channel) { return shutdown(channel, SHUT_WR) < 0 ? errno : 0; }

int mockrec_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) < 0) return errno;
  ends[0] = above_streams(ends[0]);
  ends[1] = above_streams(ends[1]);
  if (ends[0] >= 0 && ends[1] >= 0) return 0;
  close(ends[0]);
  close(ends[1]);
  return EMFILE;
}

ssize_t mockrec_read_soon(int descriptor, void *bytes, size_t count, int milliseconds) {
  struct pollfd news = {.fd = descriptor, .events = POLLIN};
  int ready = poll(&news, 1, milliseconds);
  if (ready <= 0) return ready == 0 || errno == EINTR ? -1 : 0;
  ssize_t got = read(descriptor, bytes, count);
  return got < 0 ? (errno == EINTR || errno == EAGAIN ? -1 : 0) : got;
}

int mockrec_command_receive(int channel, struct mockrec_message *message) {
  for (;;) {
    /* Sent in one piece on a local socket, and too small to be torn. */
    ssize_t count = recv(channel, message, sizeof *message, MSG_WAITALL);
    if (count == sizeof *message) return 1;
    if (count < 0 && errno == EINTR) continue;
    return count < 0 ? -1 : 0;
  }
}

int mockrec_wait(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

int mockrec_exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
