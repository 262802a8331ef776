#include <criterion/criterion.h>

#include "emulator/services/dynamodb/item/capacity.h"

Test(capacity, reads_come_in_units_of_four_kilobytes)
{
    cr_expect_eq(ddb_read_units(0, false), 0.5);
    cr_expect_eq(ddb_read_units(4096, false), 0.5);
    cr_expect_eq(ddb_read_units(4097, false), 1);
    cr_expect_eq(ddb_read_units(4097, true), 2);
}

Test(capacity, writes_come_in_units_of_one_kilobyte)
{
    cr_expect_eq(ddb_write_units(0), 1);
    cr_expect_eq(ddb_write_units(1024), 1);
    cr_expect_eq(ddb_write_units(1025), 2);
}

Test(capacity, a_call_that_asks_for_none_gets_none)
{
    struct arena arena = {0};
    struct call call = {.arena = &arena};
    struct ddb_table table = {.name = SLICE("t")};
    struct ddb_usage usage = {.table = 1.5};
    cr_expect_null(ddb_consumed(&call, SLICE_NONE, &table, &usage));
    cr_expect_null(ddb_consumed(&call, SLICE("NONE"), &table, &usage));
    struct dynamodb_consumed_capacity *total = ddb_consumed(&call, SLICE("TOTAL"), &table, &usage);
    cr_expect_eq(total->capacity_units.value, 1.5);
    cr_expect_null(total->table);
    arena_done(&arena);
}

Test(capacity, indexes_are_listed_by_kind_where_they_were_used)
{
    struct arena arena = {0};
    struct call call = {.arena = &arena};
    struct ddb_index indexes[] = {
        {.name = SLICE("local")},
        { .name = SLICE("unused"),     .is_global = true},
        { .name = SLICE("global"),     .is_global = true}
    };
    struct ddb_table table = {.name = SLICE("t"), .indexes = indexes, .index_count = 3};
    struct ddb_usage usage = {
        .table = 1, .indexes = {2, 0, 3}
    };
    struct dynamodb_consumed_capacity *c = ddb_consumed(&call, SLICE("INDEXES"), &table, &usage);
    cr_expect_eq(c->capacity_units.value, 6);
    cr_expect_eq(c->table->capacity_units.value, 1);
    cr_assert_eq(c->local_secondary_indexes.count, 1);
    cr_assert_eq(c->global_secondary_indexes.count, 1);
    cr_expect(slice_eq(c->global_secondary_indexes.items[0].key, SLICE("global")));
    cr_expect_eq(c->global_secondary_indexes.items[0].value.capacity_units.value, 3);
    arena_done(&arena);
}

Test(capacity, transactions_tell_reads_and_writes_apart)
{
    struct arena arena = {0};
    struct call call = {.arena = &arena};
    struct ddb_table table = {.name = SLICE("t")};
    struct ddb_usage usage = {.table = 4};
    struct dynamodb_consumed_capacity *c =
        ddb_consumed_as(&call, SLICE("INDEXES"), &table, &usage, CAPACITY_OF_WRITES);
    cr_expect_eq(c->capacity_units.value, 4);
    cr_expect_eq(c->write_capacity_units.value, 4);
    cr_expect_not(c->read_capacity_units.is_set);
    cr_expect_eq(c->table->write_capacity_units.value, 4);
    c = ddb_consumed_as(&call, SLICE("TOTAL"), &table, &usage, CAPACITY_OF_READS);
    cr_expect_eq(c->read_capacity_units.value, 4);
    cr_expect_not(c->write_capacity_units.is_set);
    arena_done(&arena);
}
