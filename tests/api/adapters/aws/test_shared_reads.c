#include <pthread.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "api/adapters/aws/shared_reads.h"
#include "lib/base/attributes.h"

static const struct err_info NO_LUCK = {"NoLuck", "", 0};

enum { callers = 16 };

/* A slow source whose value is the number of reads that have begun. */
struct source {
    struct shared_reads *reads;
    int began;
    bool fails;
};

static struct err read_source(void *context, struct slice key, struct arena *arena,
                              struct slice *text)
{
    struct source *source = context;
    int number = __atomic_add_fetch(&source->began, 1, __ATOMIC_SEQ_CST);
    usleep(30000);
    *text = arena_printf(arena, SLICE_FMT " %d", SLICE_ARG(key), number);
    return source->fails ? ERR(&NO_LUCK) : OK;
}

struct caller {
    struct source *source;
    const char *key;
    int began_before; /* reads that had begun when this caller asked */
    int number;       /* of the read that it shared */
    struct err result;
};

static void *ask(void *cls)
{
    struct caller *caller = cls;
    struct arena arena = {0};
    struct slice text = SLICE("");
    struct slice key;
    struct slice number;
    uint64_t value = 0;
    caller->began_before = __atomic_load_n(&caller->source->began, __ATOMIC_SEQ_CST);
    caller->result = shared_reads_get(caller->source->reads, slice_from_cstr(caller->key),
                                      read_source, caller->source, &arena, &text);
    if (slice_split_once(text, ' ', &key, &number) && slice_eq_cstr(key, caller->key))
        slice_to_u64(number, &value);
    caller->number = (int)value;
    arena_done(&arena);
    return NULL;
}

static void run(struct source *source, struct caller *all, const char *const *keys)
{
    pthread_t threads[callers];
    source->reads = shared_reads_open();
    for (int i = 0; i < callers; i++) {
        all[i] = (struct caller){.source = source, .key = keys[i % 2]};
        pthread_create(&threads[i], NULL, ask, &all[i]);
        usleep(1000);
    }
    for (int i = 0; i < callers; i++)
        pthread_join(threads[i], NULL);
    shared_reads_close(source->reads);
}

Test(shared_reads, callers_share_reads_that_began_after_they_asked)
{
    static const char *const keys[] = {"a", "a"};
    struct source source = {0};
    struct caller all[callers];
    run(&source, all, keys);
    cr_expect_lt(source.began, callers, "%d reads", source.began);
    for (int i = 0; i < callers; i++)
        cr_expect_gt(all[i].number, all[i].began_before, "caller %d", i);
}

Test(shared_reads, keys_do_not_wait_for_each_other_or_mix)
{
    static const char *const keys[] = {"a", "b"};
    struct source source = {0};
    struct caller all[callers];
    run(&source, all, keys);
    for (int i = 0; i < callers; i++)
        cr_expect_gt(all[i].number, 0, "caller %d got its own key", i);
}

Test(shared_reads, a_failure_is_told_to_all)
{
    static const char *const keys[] = {"a", "a"};
    struct source source = {.fails = true};
    struct caller all[callers];
    run(&source, all, keys);
    for (int i = 0; i < callers; i++)
        cr_expect_eq(all[i].result.info, &NO_LUCK);
}
