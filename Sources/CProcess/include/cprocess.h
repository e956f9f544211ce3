#ifndef MOCKREC_CPROCESS_H
#define MOCKREC_CPROCESS_H

#include <sys/types.h>

/* A command under guard: a process of its own between mockrec and the command, which outlives mockrec's death by just
   as long as it takes to end the command and everything in its process group. */
struct mockrec_command {
  /* The guard's process, a child of the caller, to be waited for once `channel` has ended. */
  pid_t guard;
  /* Bytes written are signals for the command's group; closing it ends the command. Messages are read from it. */
  int channel;
};

enum mockrec_message_kind {
  /* value: errno of the execve that failed; no command runs. */
  MOCKREC_EXEC_FAILED = 1,
  /* value: as of waitpid; the command has ended, and with it what was left of its group. */
  MOCKREC_ENDED = 2,
  /* value: errno of what kept the guard from starting the command. */
  MOCKREC_FORK_FAILED = 3,
};

struct mockrec_message {
  int kind;
  int value;
};

/* Where a command runs, and what its standard streams are. */
struct mockrec_place {
  /* What it reads from; -1 for nothing to read. Of no meaning where it has the caller's streams. */
  int input;
  /* What it writes to; both -1 for the caller's streams. A command with its own never gets the terminal. */
  int output, error;
  /* Its working directory; NULL for the caller's. */
  const char *directory;
};

/* Starts a command.
   paths: where the program may be, tried in order, ended by NULL; from its own working directory where they are relative.
   argv: its words with one free place before them, which a script without a #! line needs; ended by NULL.
   envp: the whole environment.
   Returns 0, or errno. */
int mockrec_command_start(
    char *const *paths, char **argv, char *const *envp, struct mockrec_place place, struct mockrec_command *command);

/* The process's environment, ended by NULL. */
char **mockrec_environment(void);

/* Sends a signal's number to the guard; never raises SIGPIPE. Returns 0, or errno. */
int mockrec_command_signal(int channel, int signal);

/* Has the guard end the command and all of its group, by SIGTERM and two seconds later by SIGKILL. Returns 0, or
   errno. */
int mockrec_command_end(int channel);

/* A pipe for one of a command's streams, closed on exec: what is written to the second end is read from the first.
   Returns 0, or errno. */
int mockrec_pipe(int ends[2]);

/* Reads what is there within so many milliseconds: the number of bytes, 0 at the end, -1 where nothing came. */
ssize_t mockrec_read_soon(int descriptor, void *bytes, size_t count, int milliseconds);

/* Reads the next message: 1 with one, 0 at the end, or -1 with errno. */
int mockrec_command_receive(int channel, struct mockrec_message *message);

/* Waits for a child; returns the status as of waitpid, or -1 with errno. */
int mockrec_wait(pid_t child);

/* The exit status that a shell gives a status of waitpid: the command's own, or 128 and the signal. */
int mockrec_exit_status(int status);

/* Makes each signal write its number to `pipe`. 0 where the process was told to ignore the signal, which then stays so;
   1 where it is caught now; -1 with errno. */
int mockrec_signal_catch(int signal, int pipe);

/* Gives a signal back to what it did before mockrec_signal_catch. */
void mockrec_signal_release(int signal);

/* A pipe closed on exec, its writing end never blocking. Returns 0, or errno. */
int mockrec_signal_pipe(int ends[2]);

/* How many processors this process may run on; 0 where that cannot be told. */
int mockrec_allowed_processors(void);

/* Has long pieces go back to the system when they are freed. The C library of Linux keeps those of a length that was freed
   once, up to 32 MiB, for later ones; naming the length at which it begins has it stay there, which is the usual one
   (mallopt(3), M_MMAP_THRESHOLD). Does nothing elsewhere. */
void mockrec_return_freed_memory(void);

#endif
