#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/services/dynamodb/store/dynamodb_store.h"
#include "tests/emulator/services/dynamodb/fixture.h"

/* Two calls on one store, as two threads have them. */
struct fixture {
    char folder[64];
    struct arena arena;
    struct store *store;
    struct call one;
    struct call other;
};

static struct call call_on(struct fixture *f)
{
    struct call call = {
        .arena = &f->arena, .account = SLICE("000000000000"), .region = SLICE("us-east-1")};
    cr_assert_not(failed(store_acquire(f->store, &call.store)));
    return call;
}

static void open_fixture(struct fixture *f)
{
    *f = (struct fixture){.folder = "/tmp/florin-cache-XXXXXX"};
    cr_assert(mkdtemp(f->folder));
    f->store = store_new(f->folder, &dynamodb_store_schema, false);
    f->one = call_on(f);
    f->other = call_on(f);
}

static void close_fixture(struct fixture *f)
{
    store_release(f->one.store);
    store_release(f->other.store);
    store_erase(f->store);
    store_free(f->store);
    cr_expect_eq(rmdir(f->folder), 0);
    arena_done(&f->arena);
}

static struct ddb_table orders(int64_t read_units)
{
    return (struct ddb_table){
        .name = SLICE("orders"),
        .keys = {.parts = {{SLICE("id"), ATTR_S}}, .count = 1, .hash_count = 1},
        .read_units = read_units,
    };
}

static void change(struct call *call, struct err (*how)(struct call *, struct ddb_table *),
                   int64_t read_units)
{
    struct ddb_table table = orders(read_units);
    cr_assert_not(failed(store_begin_write(call->store)));
    cr_assert_not(failed(how(call, &table)));
    cr_assert_not(failed(store_commit(call->store)));
}

static struct err update(struct call *call, struct ddb_table *table)
{
    return ddb_store_update_table(call, table);
}

/* The read units of the table in use; -1: there is none. */
static int64_t units(struct call *call)
{
    struct ddb_table table;
    bool found;
    cr_assert_not(failed(ddb_store_use_table(call, SLICE("orders"), &table, &found)));
    return found ? table.read_units : -1;
}

Test(table_cache, what_one_call_commits_the_next_call_of_another_sees)
{
    struct fixture f;
    open_fixture(&f);
    cr_expect_eq(units(&f.one), -1);
    change(&f.other, ddb_store_add_table, 1);
    cr_expect_eq(units(&f.one), 1);
    cr_expect_eq(units(&f.one), 1);
    change(&f.other, update, 2);
    cr_expect_eq(units(&f.one), 2);
    cr_expect_eq(units(&f.other), 2);
    close_fixture(&f);
}

Test(table_cache, a_table_is_of_one_account_and_one_region)
{
    struct fixture f;
    open_fixture(&f);
    change(&f.one, ddb_store_add_table, 1);
    cr_expect_eq(units(&f.one), 1);
    f.one.region = SLICE("eu-west-1");
    cr_expect_eq(units(&f.one), -1);
    f.one.account = SLICE("111111111111");
    cr_expect_eq(units(&f.one), -1);
    close_fixture(&f);
}

Test(table_cache, a_transaction_sees_its_own_changes_and_a_rollback_undoes_them)
{
    struct fixture f;
    open_fixture(&f);
    change(&f.one, ddb_store_add_table, 1);
    cr_expect_eq(units(&f.one), 1);
    struct ddb_table table = orders(2);
    cr_assert_not(failed(store_begin_write(f.one.store)));
    cr_assert_not(failed(ddb_store_update_table(&f.one, &table)));
    cr_expect_eq(units(&f.one), 2);
    cr_expect_eq(units(&f.other), 1);
    store_rollback(f.one.store);
    cr_expect_eq(units(&f.one), 1);
    close_fixture(&f);
}

Test(table_cache, rows_read_after_a_table_has_changed_are_refused_so_that_the_call_begins_anew)
{
    struct fixture f;
    struct ddb_table table;
    struct ddb_stored stored;
    bool found;
    open_fixture(&f);
    change(&f.other, ddb_store_add_table, 1);
    cr_assert_not(failed(store_begin_read(f.one.store)));
    cr_assert_not(failed(ddb_store_use_table(&f.one, SLICE("orders"), &table, &found)));
    change(&f.other, update, 2);
    cr_expect_eq(ddb_store_find_item(&f.one, &table, SLICE("k"), &stored).info, &STORE_CHANGED);
    struct key_range everything = {SLICE(""), SLICE_NONE};
    struct ddb_cursor cursor = ddb_store_walk(&f.one, &table, NULL, &everything, false);
    struct slice item;
    cr_expect_not(ddb_cursor_next(&cursor, &item));
    cr_expect_eq(ddb_cursor_done(&cursor).info, &STORE_CHANGED);
    store_rollback(f.one.store);
    cr_assert_not(failed(store_begin_read(f.one.store)));
    cr_assert_not(failed(ddb_store_use_table(&f.one, SLICE("orders"), &table, &found)));
    cr_expect_eq(table.read_units, 2);
    cr_expect_not(failed(ddb_store_find_item(&f.one, &table, SLICE("k"), &stored)));
    close_fixture(&f);
}

Test(table_cache, more_tables_than_the_cache_has_room_for_are_all_found)
{
    struct fixture f;
    struct ddb_table tables[200];
    open_fixture(&f);
    cr_assert_not(failed(store_begin_write(f.one.store)));
    for (int i = 0; i < 200; i++) {
        struct ddb_table table = orders(i);
        table.name = arena_printf(&f.arena, "table-%d", i);
        cr_assert_not(failed(ddb_store_add_table(&f.one, &table)));
    }
    cr_assert_not(failed(store_commit(f.one.store)));
    cr_assert_not(failed(store_begin_read(f.one.store)));
    for (int i = 0; i < 200; i++) {
        bool found;
        struct slice name = arena_printf(&f.arena, "table-%d", i);
        cr_assert_not(failed(ddb_store_use_table(&f.one, name, &tables[i], &found)));
        cr_assert(found);
    }
    for (int i = 0; i < 200; i++) {
        cr_expect_eq(tables[i].read_units, i);
        cr_expect(slice_eq(tables[i].keys.parts[0].name, SLICE("id")));
    }
    store_rollback(f.one.store);
    close_fixture(&f);
}
