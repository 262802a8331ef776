#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <semaphore.h>

#include "emulator/store/store.h"

enum { ADD, FIND, COUNT, BROKEN };

static const char *const statements[] = {
    [ADD] = "INSERT INTO things (name, value, size) VALUES (?1, ?2, ?3)",
    [FIND] = "SELECT value, size FROM things WHERE name = ?1",
    [COUNT] = "SELECT count(*) FROM things",
    [BROKEN] = "SELECT nothing FROM nowhere",
};
static const char first[] = "CREATE TABLE things (name TEXT PRIMARY KEY, value BLOB)";
static const char second[] = "ALTER TABLE things ADD COLUMN size INTEGER";
static const struct store_schema schema = {
    .name = "test",
    .migrations = (const char *const[]){first, second, NULL},
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
    .watched_table = "things"
};
static const struct store_schema old_schema = {
    .name = "test", .migrations = (const char *const[]){first, NULL}
};

/* A fresh folder; the caller frees the store, erases its file and removes the folder. */
static struct store *open_store_that(char folder[64], const struct store_schema *with,
                                     bool survives_power_loss)
{
    snprintf(folder, 64, "/tmp/florin-store-XXXXXX");
    cr_assert(mkdtemp(folder));
    return store_new(folder, with, survives_power_loss);
}

static struct store *open_store(char folder[64], const struct store_schema *with)
{
    return open_store_that(folder, with, false);
}

static void close_store(struct store *store, const char *folder)
{
    store_erase(store);
    store_free(store);
    cr_expect_eq(rmdir(folder), 0);
}

static struct err add(struct store_connection *connection, struct slice name, struct slice value)
{
    struct store_statement s = store_statement(connection, ADD);
    store_bind_text(&s, 1, name);
    store_bind_blob(&s, 2, value);
    store_bind_i64(&s, 3, (int64_t)value.len);
    return store_run(&s);
}

static int64_t count(struct store_connection *connection)
{
    struct store_statement s = store_statement(connection, COUNT);
    cr_assert(store_step(&s));
    int64_t rows = store_i64(&s, 0);
    cr_assert_not(failed(store_done(&s)));
    return rows;
}

Test(store, what_is_committed_is_read_back_byte_for_byte)
{
    char folder[64];
    struct arena arena = {0};
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_assert_not(failed(store_begin_write(c)));
    cr_assert_not(failed(add(c, SLICE("a\0b"), SLICE("\0\xFF"))));
    cr_assert_not(failed(add(c, SLICE("empty"), SLICE(""))));
    cr_assert_not(failed(add(c, SLICE("null"), SLICE_NONE)));
    cr_assert_not(failed(store_commit(c)));
    struct store_statement s = store_statement(c, FIND);
    store_bind_text(&s, 1, SLICE("a\0b"));
    cr_assert(store_step(&s));
    cr_expect(slice_eq(store_blob(&s, 0, &arena), SLICE("\0\xFF")));
    cr_expect_eq(store_i64(&s, 1), 2);
    cr_expect_not(store_step(&s));
    cr_expect_not(failed(store_done(&s)));
    s = store_statement(c, FIND);
    store_bind_text(&s, 1, SLICE("empty"));
    cr_assert(store_step(&s));
    cr_expect(slice_is_set(store_borrow(&s, 0)));
    cr_expect_not(failed(store_done(&s)));
    s = store_statement(c, FIND);
    store_bind_text(&s, 1, SLICE("null"));
    cr_assert(store_step(&s));
    cr_expect_not(slice_is_set(store_borrow(&s, 0)));
    cr_expect_not(failed(store_done(&s)));
    store_release(c);
    close_store(store, folder);
    arena_done(&arena);
}

Test(store, releasing_rolls_back_what_was_not_committed)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_assert_not(failed(store_begin_write(c)));
    cr_assert_not(failed(add(c, SLICE("a"), SLICE("1"))));
    store_release(c);
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_expect_eq(count(c), 0);
    cr_assert_not(failed(store_begin_write(c))); /* the writer's lock was given back */
    store_release(c);
    close_store(store, folder);
}

Test(store, a_failed_statement_says_why_and_leaves_the_connection_usable)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_assert_not(failed(store_begin_write(c)));
    cr_assert_not(failed(add(c, SLICE("a"), SLICE("1"))));
    cr_expect_eq(add(c, SLICE("a"), SLICE("2")).info, &STORE_FAILED);
    cr_expect(slice_contains(slice_from_cstr(store_error_text(store)), SLICE("UNIQUE")));
    struct store_statement s = store_statement(c, BROKEN);
    cr_expect_not(store_step(&s));
    cr_expect(failed(store_done(&s)));
    cr_expect_eq(count(c), 1);
    store_release(c);
    close_store(store, folder);
}

Test(store, an_older_file_is_brought_up_to_date_and_a_newer_one_refused)
{
    char folder[64];
    struct store *store = open_store(folder, &old_schema);
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    store_release(c);
    store_free(store);
    store = store_new(folder, &schema, false);
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_assert_not(failed(store_begin_write(c)));
    cr_expect_not(failed(add(c, SLICE("a"), SLICE("1"))));
    store_release(c);
    store_free(store);
    store = store_new(folder, &old_schema, false);
    cr_expect(failed(store_acquire(store, &c)));
    close_store(store, folder);
}

static void *write_many(void *context)
{
    struct store *store = context;
    for (int i = 0; i < 50; i++) {
        struct store_connection *c;
        char name[64];
        snprintf(name, sizeof name, "%lx-%d", (unsigned long)pthread_self(), i);
        cr_assert_not(failed(store_acquire(store, &c)));
        cr_assert_not(failed(store_begin_write(c)));
        cr_assert_not(failed(add(c, slice_from_cstr(name), SLICE("x"))));
        cr_assert_not(failed(store_commit(c)));
        store_release(c);
    }
    return NULL;
}

Test(store, writers_of_many_threads_take_turns_and_lose_nothing)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    pthread_t threads[8];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, write_many, store), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_expect_eq(count(c), 8 * 50);
    store_release(c);
    close_store(store, folder);
}

static void *read_while_another_writes(void *context)
{
    struct store *store = context;
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_expect_eq(count(c), 0, "what is not committed is not seen");
    store_release(c);
    return NULL;
}

Test(store, a_reader_neither_waits_for_a_writer_nor_sees_what_it_has_not_committed)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    pthread_t reader;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_assert_not(failed(store_begin_write(c)));
    cr_assert_not(failed(add(c, SLICE("a"), SLICE("1"))));
    cr_assert_eq(pthread_create(&reader, NULL, read_while_another_writes, store), 0);
    pthread_join(reader, NULL);
    cr_expect_eq(count(c), 1);
    cr_assert_not(failed(store_commit(c)));
    cr_expect_eq(count(c), 1, "the connection goes on outside of the transaction");
    store_release(c);
    close_store(store, folder);
}

Test(store, the_version_grows_with_each_commit_that_may_change_the_watched_table_and_no_other)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    uint64_t before;
    uint64_t after;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_expect(store_version(c, &before));
    cr_assert_not(failed(store_begin_write(c)));
    cr_expect_eq(count(c), 0);
    cr_expect(store_version(c, &after));
    cr_assert_not(failed(add(c, SLICE("a"), SLICE("1"))));
    cr_expect_not(store_version(c, &after), "what is kept is no longer what this call reads");
    store_rollback(c);
    cr_expect(store_version(c, &after));
    cr_expect_eq(after, before);
    cr_assert_not(failed(store_begin_write(c)));
    cr_assert_not(failed(add(c, SLICE("a"), SLICE("1"))));
    cr_assert_not(failed(store_commit(c)));
    cr_expect(store_version(c, &after));
    cr_expect_gt(after, before);
    store_release(c);
    close_store(store, folder);
}

Test(store, the_watched_table_is_written_in_write_transactions_alone)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_expect_eq(add(c, SLICE("a"), SLICE("1")).info, &STORE_FAILED);
    cr_expect_eq(count(c), 0);
    store_release(c);
    close_store(store, folder);
}

Test(store, a_memo_belongs_to_its_connection_and_is_freed_with_it)
{
    char folder[64];
    struct store *store = open_store(folder, &schema);
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(store, &c)));
    void **memo = store_memo(c, free);
    cr_expect_null(*memo);
    *memo = malloc(1);
    store_release(c);
    struct store_connection *again;
    cr_assert_not(failed(store_acquire(store, &again)));
    cr_expect_eq(again, c);
    cr_expect_eq(*store_memo(again, free), *memo);
    store_release(again);
    close_store(store, folder);
}

/* Each of many takes every third of its writes back, and makes one that fails. */
static void *write_and_take_back(void *context)
{
    struct store *store = context;
    for (int i = 0; i < 30; i++) {
        struct store_connection *c;
        char name[64];
        snprintf(name, sizeof name, "%lx-%d", (unsigned long)pthread_self(), i);
        cr_assert_not(failed(store_acquire(store, &c)));
        cr_assert_not(failed(store_begin_write(c)));
        cr_assert_not(failed(add(c, slice_from_cstr(name), SLICE("x"))));
        cr_assert_eq(add(c, slice_from_cstr(name), SLICE("x")).info, &STORE_FAILED);
        if (i % 3 > 0) {
            cr_assert_not(failed(store_commit(c)));
            struct store_statement s = store_statement(c, FIND);
            store_bind_text(&s, 1, slice_from_cstr(name));
            cr_assert(store_step(&s), "a commit that has returned is seen by readers");
            cr_assert_not(failed(store_done(&s)));
        }
        store_release(c);
    }
    return NULL;
}

Test(store, writers_that_share_a_commit_lose_nothing_and_keep_nothing_that_was_taken_back)
{
    char folder[64];
    struct store *store = open_store_that(folder, &schema, true);
    struct store_connection *c;
    pthread_t threads[8];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, write_and_take_back, store), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    cr_assert_not(failed(store_acquire(store, &c)));
    cr_expect_eq(count(c), 8 * 20);
    store_release(c);
    close_store(store, folder);
}

/* The first of two writers: it ends its part when the other may wait for its own. */
struct first_writer {
    struct store *store;
    sem_t begun;
};

static void *change_the_watched_table(void *context)
{
    struct first_writer *writer = context;
    struct store_connection *c;
    cr_assert_not(failed(store_acquire(writer->store, &c)));
    cr_assert_not(failed(store_begin_write(c)));
    sem_post(&writer->begun);
    cr_assert_not(failed(add(c, SLICE("a"), SLICE("1"))));
    cr_assert_not(failed(store_commit(c)));
    store_release(c);
    return NULL;
}

Test(store, a_member_of_a_round_knows_that_another_has_changed_the_watched_table)
{
    char folder[64];
    struct first_writer writer = {.store = open_store_that(folder, &schema, true)};
    struct store_connection *c;
    pthread_t thread;
    uint64_t before;
    uint64_t after;
    sem_init(&writer.begun, 0, 0);
    cr_assert_not(failed(store_acquire(writer.store, &c)));
    cr_assert(store_version(c, &before));
    cr_assert_eq(pthread_create(&thread, NULL, change_the_watched_table, &writer), 0);
    sem_wait(&writer.begun);
    cr_assert_not(failed(store_begin_write(c)));
    /* Of the same round the change is not yet committed; of the next one it is. */
    bool usable = store_version(c, &after);
    cr_expect(!usable || after > before);
    cr_expect_eq(count(c), 1);
    cr_assert_not(failed(store_commit(c)));
    pthread_join(thread, NULL);
    cr_expect(store_version(c, &after));
    cr_expect_gt(after, before);
    store_release(c);
    close_store(writer.store, folder);
    sem_destroy(&writer.begun);
}
