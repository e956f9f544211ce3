#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Everything here runs after a fork of a process that may have threads: calls that are async-signal-safe and nothing
   else, no memory that is not on the stack or made before the fork. */

enum { grace_milliseconds = 2000 };

static void on_child(int signal) { (void)signal; }

static void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

static void tell(int channel, int kind, int value) {
  struct mockrec_message message = {kind, value};
  while (send(channel, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

static long milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Closes everything but the terminal on standard input and the channel: a guard must hold open no pipe, socket or file
   of mockrec's. */
static void close_all_but(int channel) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 1u, (unsigned)channel - 1, 0u) == 0 &&
      syscall(SYS_close_range, (unsigned)channel + 1, ~0u, 0u) == 0)
    return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  if (limit < 0 || limit > 65536) limit = 65536;
  for (int descriptor = 1; descriptor < limit; descriptor++)
    if (descriptor != channel) close(descriptor);
}

enum { watched_descriptors = 1024 };

/* Whether each descriptor was open, and meant for programs that are started, when this process began. */
static unsigned char is_inherited[watched_descriptors];

__attribute__((constructor)) static void note_inherited(void) {
  for (int descriptor = 3; descriptor < watched_descriptors; descriptor++) {
    int flags = fcntl(descriptor, F_GETFD);
    is_inherited[descriptor] = flags >= 0 && !(flags & FD_CLOEXEC);
  }
}

/* Keeps from the command what is open but the streams and what the caller of mockrec left open for it: a connection that
   was accepted a moment ago would stay open for as long as the command lives. */
static void keep_own_descriptors(void) {
  for (int descriptor = 3; descriptor < watched_descriptors; descriptor++)
    if (!is_inherited[descriptor]) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
#ifdef SYS_close_range
  enum { on_exec = 1 << 2 };
  syscall(SYS_close_range, (unsigned)watched_descriptors, ~0u, (unsigned)on_exec);
#endif
}

/* Becomes the command, or exits with 127 after telling why not. */
static _Noreturn void become(const struct guard_plan *plan, pid_t guard, int channel) {
  setpgid(0, 0);
  const struct mockrec_place *place = &plan->place;
  int failed = place->directory && chdir(place->directory) < 0;
  if (!failed && place->output >= 0) {
    int input = place->input >= 0 ? place->input : open("/dev/null", O_RDONLY | O_CLOEXEC);
    failed = input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(place->output, STDOUT_FILENO) < 0 ||
             dup2(place->error, STDERR_FILENO) < 0;
  }
  if (failed) {
    tell(channel, MOCKREC_EXEC_FAILED, errno);
    _exit(127);
  }
  if (plan->takes_terminal) tcsetpgrp(STDIN_FILENO, getpid());
  keep_own_descriptors();

  /* Ignored signals stay ignored over an exec. Those that the caller of mockrec wanted ignored (nohup, a shell's
     background job) stay so; all others go back to what a program expects to find. */
  for (int number = 1; number < NSIG; number++)
    if (number >= 64 || !(plan->ignored & (1ull << number))) set_handler(number, SIG_DFL);

  /* Should the guard itself be killed. It has one thread, whose death is the process's: that matters, as the kernel
     watches the thread that forked and not its process. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != guard) _exit(127);

  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  int failure = ENOENT;
  for (char *const *path = plan->paths; *path; path++) {
    execve(*path, plan->argv + 1, plan->envp);
    if (errno == ENOEXEC) {
      plan->argv[0] = "sh";
      plan->argv[1] = *path;
      execve("/bin/sh", plan->argv, plan->envp);
    }
    /* As execvp does: a file that is there but may not be run is only told of when no other is found. */
    if (errno == EACCES) {
      failure = EACCES;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      failure = errno;
      break;
    }
  }
  tell(channel, MOCKREC_EXEC_FAILED, failure);
  _exit(127);
}

/* Gives the terminal back to mockrec's group, where the command's still has it. */
static void return_terminal(pid_t command) {
  if (tcgetpgrp(STDIN_FILENO) == command) tcsetpgrp(STDIN_FILENO, getpgrp());
}

/* Reaps every child that has ended: the command, and its descendants that lost their parents. Returns 1 when the
   command is among them. */
static int reap(pid_t command, int follows_stops, int *status) {
  int ended = 0, state;
  pid_t child;
  while ((child = waitpid(-1, &state, WNOHANG | WUNTRACED)) != 0) {
    if (child < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if (child != command) continue;
    if (!WIFSTOPPED(state)) {
      *status = state;
      ended = 1;
    } else if (follows_stops) {
      /* Ctrl-Z reached the command alone. The shell waits for mockrec's group: stop that too, this process included,
         and when it goes on, so does the command. */
      return_terminal(command);
      kill(0, SIGSTOP);
      if (tcgetpgrp(STDIN_FILENO) == getpgrp()) tcsetpgrp(STDIN_FILENO, command);
      kill(-command, SIGCONT);
    }
  }
  return ended;
}

/* Waits until a child changes, the channel has news, or the time is over; SIGCHLD comes through only here. */
static int wait_for_news(int channel, long milliseconds) {
  struct pollfd news = {.fd = channel, .events = POLLIN};
  struct timespec timeout = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  sigset_t none;
  sigemptyset(&none);
  return ppoll(&news, channel < 0 ? 0 : 1, milliseconds < 0 ? NULL : &timeout, &none) > 0;
}

/* Ends what is left of the command's group: asked first, then made to. */
static int end_group(pid_t command, int *status) {
  int ended = 0;
  const int signals[] = {SIGTERM, SIGKILL};
  for (int step = 0; step < 2; step++) {
    long deadline = milliseconds_now() + grace_milliseconds;
    if (kill(-command, signals[step]) < 0 && errno == ESRCH) return ended;
    kill(-command, SIGCONT);
    for (;;) {
      ended |= reap(command, 0, status);
      if (kill(-command, 0) < 0 && errno == ESRCH) return ended;
      long left = deadline - milliseconds_now();
      if (left <= 0) break;
      /* A process whose parent is elsewhere ends without a SIGCHLD for us: look again soon. */
      wait_for_news(-1, left < 20 ? left : 20);
    }
  }
  return ended;
}

_Noreturn void mockrec_guard(const struct guard_plan *plan, int channel) {
  prctl(PR_SET_NAME, "mockrec-guard");
  /* Descendants that lose their parents become children of this process, and it reaps them. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  /* The guard ends with the command and the channel, never by a signal that was meant for mockrec's group; all
     signals are blocked until here. */
  for (int number = 1; number < NSIG; number++) set_handler(number, SIG_DFL);
  const int deaf[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU, SIGTTIN, SIGUSR1, SIGUSR2, SIGALRM};
  for (unsigned index = 0; index < sizeof deaf / sizeof *deaf; index++) set_handler(deaf[index], SIG_IGN);
  set_handler(SIGCHLD, on_child);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_SETMASK, &mask, NULL);

  pid_t guard = getpid();
  pid_t command = fork();
  if (command < 0) {
    tell(channel, MOCKREC_FORK_FAILED, errno);
    _exit(126);
  }
  if (command == 0) become(plan, guard, channel);
  /* In both processes, as either may be the first to need it. */
  setpgid(command, command);
  if (plan->takes_terminal) tcsetpgrp(STDIN_FILENO, command);
  close_all_but(channel);

  int status = 0, ended = 0, orphaned = 0;
  while (!(ended = reap(command, plan->takes_terminal, &status)) && !orphaned) {
    if (!wait_for_news(channel, -1)) continue;
    unsigned char signals[64];
    ssize_t count = recv(channel, signals, sizeof signals, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) orphaned = 1;
    for (ssize_t index = 0; index < count; index++) kill(-command, signals[index]);
  }
  if (end_group(command, &status)) ended = 1;
  if (plan->takes_terminal) return_terminal(command);
  /* A command that outlives SIGKILL hangs in the kernel; nothing can be told of it but that it was killed. */
  tell(channel, MOCKREC_ENDED, ended ? status : SIGKILL);
  _exit(0);
}
