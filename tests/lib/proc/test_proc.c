#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "lib/base/slice.h"
#include "lib/proc/proc.h"

static struct proc start_shell(const char *script, const char *const *environment)
{
    struct proc proc = PROC_NONE;
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct proc_options options = {.argv = argv, .environment = environment, .pipe_stdout = true};
    cr_assert_not(failed(proc_start(&options, &proc)));
    return proc;
}

static struct slice read_all(struct proc *proc, char *text, size_t room)
{
    size_t len = 0;
    for (ssize_t n; len < room && (n = read(proc->stdout_fd, text + len, room - len)) > 0;)
        len += (size_t)n;
    return (struct slice){text, len};
}

Test(proc, gives_output_and_exit_code)
{
    char text[100];
    int code = -1;
    CLEANUP(proc_done) struct proc proc = start_shell("echo hello; exit 7", NULL);
    cr_expect(slice_eq(read_all(&proc, text, sizeof text), SLICE("hello\n")));
    cr_expect_not(failed(proc_wait(&proc, 5000, &code)));
    cr_expect_eq(code, 7);
}

Test(proc, additions_come_over_the_inherited_environment)
{
    char text[100];
    setenv("FLORIN_TEST_A", "old", 1);
    setenv("FLORIN_TEST_AB", "kept", 1);
    const char *const additions[] = {"FLORIN_TEST_A=new", NULL};
    CLEANUP(proc_done)
    struct proc proc = start_shell("echo $FLORIN_TEST_A $FLORIN_TEST_AB", additions);
    cr_expect(slice_eq(read_all(&proc, text, sizeof text), SLICE("new kept\n")));
}

Test(proc, a_missing_program_or_folder_is_an_error_with_its_reason)
{
    struct proc proc = PROC_NONE;
    const char *const argv[] = {"florin-no-such-program", NULL};
    const char *const fine[] = {"true", NULL};
    struct proc_options options = {.argv = argv};
    cr_expect_eq(proc_start(&options, &proc).info, &PROC_CANNOT_START);
    cr_expect_eq(errno, ENOENT);
    options = (struct proc_options){.argv = fine, .directory = "/no/such/folder"};
    cr_expect_eq(proc_start(&options, &proc).info, &PROC_CANNOT_START);
    cr_expect_eq(errno, ENOENT);
    cr_expect_eq(proc.pid, 0);
}

Test(proc, output_goes_to_files)
{
    char folder[] = "/tmp/florin-proc-XXXXXX";
    char path[64];
    char text[100] = {0};
    int code = -1;
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log", folder);
    const char *const argv[] = {"sh", "-c", "echo out; echo err >&2", NULL};
    struct proc_options options = {.argv = argv, .stdout_path = path, .stderr_path = path};
    CLEANUP(proc_done) struct proc proc = PROC_NONE;
    cr_assert_not(failed(proc_start(&options, &proc)));
    cr_assert_not(failed(proc_wait(&proc, 5000, &code)));
    FILE *file = fopen(path, "re");
    cr_assert(file);
    cr_expect(fread(text, 1, sizeof text - 1, file) == 8);
    fclose(file);
    cr_expect_str_eq(text, "out\nerr\n");
    unlink(path);
    rmdir(folder);
}

Test(proc, waiting_ends_at_the_deadline)
{
    int code = -1;
    CLEANUP(proc_done) struct proc proc = start_shell("sleep 60", NULL);
    int64_t start = clock_monotonic_micros();
    cr_expect_eq(proc_wait(&proc, 50, &code).info, &PROC_STILL_RUNS);
    cr_expect_lt(clock_monotonic_micros() - start, 2 * MICROS_PER_SECOND);
    cr_expect_eq(code, -1);
}

Test(proc, stop_is_gentle_first)
{
    char text[10];
    int code = -1;
    CLEANUP(proc_done)
    struct proc proc =
        start_shell("trap 'exit 3' TERM; echo r; while :; do sleep 0.02; done", NULL);
    cr_assert_eq(read(proc.stdout_fd, text, 2), 2);
    proc_stop(&proc, 5000, &code);
    cr_expect_eq(code, 3);
    proc_stop(&proc, 5000, &code);
    cr_expect_eq(code, 3);
}

Test(proc, stop_kills_the_whole_group_that_will_not_end)
{
    char text[100];
    int code = -1;
    CLEANUP(proc_done)
    struct proc proc =
        start_shell("trap '' TERM; sleep 60 & echo $!; while :; do sleep 0.02; done", NULL);
    ssize_t len = read(proc.stdout_fd, text, sizeof text - 1);
    cr_assert_gt(len, 1);
    uint64_t grandchild = 0;
    cr_assert(slice_to_u64((struct slice){text, (size_t)len - 1}, &grandchild));
    cr_expect(proc_is_alive((pid_t)grandchild));
    proc_stop(&proc, 50, &code);
    cr_expect_eq(code, 128 + SIGKILL);
    /* The pipe's other end closes once the last of the group is gone. */
    cr_expect_eq(read_all(&proc, text, sizeof text).len, 0);
}

Test(proc, a_pid_file_gives_back_its_process)
{
    char path[] = "/tmp/florin-pid-XXXXXX";
    pid_t pid = 0;
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_expect_eq(proc_pid_file_read(path, &pid).info, &PROC_BAD_PID_FILE);
    cr_expect_not(failed(proc_pid_file_write(path, getpid())));
    cr_expect_not(failed(proc_pid_file_read(path, &pid)));
    cr_expect_eq(pid, getpid());
    cr_expect(proc_is_alive(pid));
    cr_expect_eq(ftruncate(fd, 0), 0);
    cr_expect_eq(write(fd, "12 x\n", 5), 5);
    cr_expect_eq(proc_pid_file_read(path, &pid).info, &PROC_BAD_PID_FILE);
    cr_expect_eq(proc_pid_file_read("/no/such/file", &pid).info, &PROC_BAD_PID_FILE);
    cr_expect_not(proc_is_alive(0));
    close(fd);
    unlink(path);
}
