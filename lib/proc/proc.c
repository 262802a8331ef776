/* Children by fork and exec: posix_spawn cannot ask for the parent-death signal. */
#include "lib/proc/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/attributes.h"
#include "lib/base/clock.h"

const struct err_info PROC_CANNOT_START = {"CannotStart", "the program cannot be started", 0};
const struct err_info PROC_STILL_RUNS = {"StillRuns", "the process did not end in time", 0};
const struct err_info PROC_BAD_PID_FILE = {"BadPidFile", "the file holds no process id", 0};

enum { signal_exit_base = 128, pid_text_max = 32 };

struct pipe_pair {
    int read_end;
    int write_end;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool open_pipe(struct pipe_pair *pair)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    *pair = (struct pipe_pair){ends[0], ends[1]};
    return true;
}

static size_t count_texts(const char *const *texts)
{
    size_t count = 0;
    while (texts && texts[count])
        count++;
    return count;
}

static bool same_name(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");
    return strncmp(a, b, len) == 0 && b[len] == '=';
}

static bool is_overridden(const char *variable, const char *const *additions)
{
    for (size_t i = 0; additions && additions[i]; i++)
        if (same_name(variable, additions[i]))
            return true;
    return false;
}

/* Built before the fork: the child of a program with threads must not allocate. */
static const char **merge_environment(const char *const *additions, struct arena *arena)
{
    size_t inherited = count_texts((const char *const *)environ);
    size_t added = count_texts(additions);
    const char **merged = ARENA_ARRAY(arena, const char *, inherited + added + 1);
    size_t count = 0;
    for (size_t i = 0; i < inherited; i++)
        if (!is_overridden(environ[i], additions))
            merged[count++] = environ[i];
    for (size_t i = 0; i < added; i++)
        merged[count++] = additions[i];
    return merged;
}

static bool redirect(const char *path, int target)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return fd >= 0 && dup2(fd, target) >= 0;
}

static bool set_up_child(const struct proc_options *options, int stdout_pipe, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    if (setpgid(0, 0) != 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
        return false;
    if (options->die_with_parent && (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent))
        return false;
    if (options->directory && chdir(options->directory) != 0)
        return false;
    if (stdout_pipe >= 0 && dup2(stdout_pipe, STDOUT_FILENO) < 0)
        return false;
    if (options->stdout_path && !redirect(options->stdout_path, STDOUT_FILENO))
        return false;
    return !options->stderr_path || redirect(options->stderr_path, STDERR_FILENO);
}

/* The report pipe closes at exec, so that the parent reads either nothing or errno. */
static _Noreturn void run_child(const struct proc_options *options, const char **environment,
                                int stdout_pipe, int report, pid_t parent)
{
    if (set_up_child(options, stdout_pipe, parent))
        execvpe(options->argv[0], (char *const *)(uintptr_t)options->argv,
                (char *const *)(uintptr_t)environment);
    int reason = errno;
    ssize_t written = write(report, &reason, sizeof reason);
    (void)written;
    _exit(signal_exit_base - 1);
}

static struct err refuse(int reason)
{
    errno = reason;
    return ERR(&PROC_CANNOT_START);
}

static int read_report(int fd)
{
    int reason = 0;
    ssize_t got;
    do
        got = read(fd, &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof reason ? reason : 0;
}

static struct err start_with_pipes(const struct proc_options *options, struct pipe_pair *report,
                                   struct pipe_pair *output, struct proc *proc)
{
    struct arena arena = {0};
    const char **environment = merge_environment(options->environment, &arena);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        run_child(options, environment, output->write_end, report->write_end, parent);
    int reason = pid < 0 ? errno : 0;
    arena_done(&arena);
    close_fd(&report->write_end);
    close_fd(&output->write_end);
    if (pid < 0)
        return refuse(reason);
    reason = read_report(report->read_end);
    if (reason != 0) {
        waitpid(pid, NULL, 0);
        return refuse(reason);
    }
    *proc = (struct proc){.pid = pid, .stdout_fd = output->read_end, .pidfd = pidfd_open(pid, 0)};
    output->read_end = -1;
    return OK;
}

struct err proc_start(const struct proc_options *options, struct proc *proc)
{
    struct pipe_pair report = {-1, -1};
    struct pipe_pair output = {-1, -1};
    struct err result = OK;
    if (!open_pipe(&report) || (options->pipe_stdout && !open_pipe(&output)))
        result = refuse(errno);
    else
        result = start_with_pipes(options, &report, &output, proc);
    int reason = errno;
    close_fd(&report.read_end);
    close_fd(&report.write_end);
    close_fd(&output.read_end);
    close_fd(&output.write_end);
    errno = reason;
    return result;
}

static int exit_code_of(int status)
{
    return WIFSIGNALED(status) ? signal_exit_base + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool has_ended(struct proc *proc)
{
    if (!proc->ended && waitpid(proc->pid, &proc->status, WNOHANG) == proc->pid)
        proc->ended = true;
    return proc->ended;
}

struct err proc_wait(struct proc *proc, unsigned wait_ms, int *exit_code)
{
    int64_t deadline = clock_monotonic_micros() + (int64_t)wait_ms * 1000;
    while (!has_ended(proc)) {
        int64_t left = (deadline - clock_monotonic_micros() + 999) / 1000;
        if (left <= 0)
            return ERR(&PROC_STILL_RUNS);
        struct pollfd ending = {.fd = proc->pidfd, .events = POLLIN};
        poll(&ending, 1, (int)(left < 1000 ? left : 1000));
    }
    *exit_code = exit_code_of(proc->status);
    return OK;
}

void proc_stop(struct proc *proc, unsigned grace_ms, int *exit_code)
{
    if (!has_ended(proc)) {
        kill(-proc->pid, SIGTERM);
        if (!failed(proc_wait(proc, grace_ms, exit_code)))
            return;
        kill(-proc->pid, SIGKILL);
        while (waitpid(proc->pid, &proc->status, 0) < 0 && errno == EINTR)
            continue;
        proc->ended = true;
    }
    *exit_code = exit_code_of(proc->status);
}

void proc_done(struct proc *proc)
{
    int ignored;
    if (proc->pid > 0)
        proc_stop(proc, 0, &ignored);
    close_fd(&proc->stdout_fd);
    close_fd(&proc->pidfd);
    *proc = PROC_NONE;
}

struct err proc_pid_file_write(const char *path, pid_t pid)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return ERR(&PROC_BAD_PID_FILE);
    bool written = fprintf(file, "%ld\n", (long)pid) > 0;
    return fclose(file) == 0 && written ? OK : ERR(&PROC_BAD_PID_FILE);
}

struct err proc_pid_file_read(const char *path, pid_t *pid)
{
    char text[pid_text_max] = {0};
    FILE *file = fopen(path, "re");
    if (!file)
        return ERR(&PROC_BAD_PID_FILE);
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    int64_t number;
    if (!slice_to_i64(slice_trim((struct slice){text, len}), &number) || number <= 0 ||
        number > INT32_MAX)
        return ERR(&PROC_BAD_PID_FILE);
    *pid = (pid_t)number;
    return OK;
}

bool proc_is_alive(pid_t pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}
