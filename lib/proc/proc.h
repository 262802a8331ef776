#pragma once
/*
 * Child processes: start, wait with a deadline, end gently and then for certain.
 *
 * Each child leads a process group of its own, so that ending it ends what it started. A struct
 * proc belongs to one thread at a time; proc_done ends a child that still runs.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/err.h"

struct proc_options {
    const char *const *argv; /* argv[0] is looked up in PATH; NULL at the end */
    const char *const
        *environment;        /* "NAME=VALUE" put over the parent's; NULL at the end, or NULL */
    const char *directory;   /* NULL: the parent's */
    const char *stdout_path; /* appended to; NULL: see pipe_stdout */
    const char *stderr_path; /* appended to; NULL: the parent's */
    bool pipe_stdout;        /* read it from `stdout_fd`; otherwise the parent's */
    bool die_with_parent;    /* SIGTERM when the thread that started it ends */
};

struct proc {
    pid_t pid;     /* 0: none */
    int stdout_fd; /* -1: not asked for */
    int pidfd;
    bool ended;
    int status; /* as waitpid gives it, once ended */
};

#define PROC_NONE ((struct proc){.stdout_fd = -1, .pidfd = -1})

extern const struct err_info PROC_CANNOT_START; /* errno says why, ENOENT for a missing program */
extern const struct err_info PROC_STILL_RUNS;   /* the deadline passed */
extern const struct err_info PROC_BAD_PID_FILE; /* missing, or not a number of a process */

/* Returns once the program runs, or with the reason why it does not. */
struct err proc_start(const struct proc_options *options, struct proc *proc);

/* Waits up to `wait_ms` for the end; `exit_code` is 128 + the signal's number after a signal. */
struct err proc_wait(struct proc *proc, unsigned wait_ms, int *exit_code);

/* SIGTERM to the group, and SIGKILL after `grace_ms`. Nothing happens to one that has ended. */
void proc_stop(struct proc *proc, unsigned grace_ms, int *exit_code);

/* Closes what the parent holds and kills a child that still runs. For CLEANUP(); takes PROC_NONE.
 */
void proc_done(struct proc *proc);

/* A file that holds a process id, for a program that outlives its starter. */
struct err proc_pid_file_write(const char *path, pid_t pid);
struct err proc_pid_file_read(const char *path, pid_t *pid);
bool proc_is_alive(pid_t pid);
