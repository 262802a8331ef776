#include <criterion/criterion.h>

#include "emulator/services/dynamodb/table/table_state.h"

static const struct platform platform = {.transition_micros = 100};
static const struct call call = {.platform = &platform, .now_micros = 1000};

Test(table_state, a_table_settles_when_its_moment_has_come)
{
    struct ddb_table table = {0};
    ddb_table_begin(&call, &table, DDB_CREATING);
    ddb_table_settle(&table, 1099);
    cr_expect(slice_eq(ddb_table_status(&table), SLICE("CREATING")));
    ddb_table_settle(&table, 1100);
    cr_expect(slice_eq(ddb_table_status(&table), SLICE("ACTIVE")));
}

Test(table_state, an_index_is_allocated_with_the_table_and_filled_without_it)
{
    struct ddb_index index = {.is_global = true};
    struct ddb_table table = {.indexes = &index, .index_count = 1};
    ddb_table_begin(&call, &table, DDB_UPDATING);
    ddb_index_begin(&call, &index, DDB_CREATING);
    ddb_table_settle(&table, 1049);
    cr_expect_eq(table.state.status, DDB_UPDATING);
    ddb_table_settle(&table, 1050);
    cr_expect_eq(table.state.status, DDB_ACTIVE);
    cr_expect_not(ddb_index_is_readable(&index));
    ddb_table_settle(&table, 1100);
    cr_expect(ddb_index_is_readable(&index));
    cr_expect_eq(index.fills_micros, 0);
}

Test(table_state, an_index_that_leaves_is_forgotten_in_its_time)
{
    struct ddb_index leaving[2] = {{.name = SLICE("a")}, {.name = SLICE("b")}};
    struct ddb_table table = {.leaving = leaving, .leaving_count = 2};
    ddb_index_begin(&call, &leaving[0], DDB_DELETING);
    leaving[1].state = (struct ddb_state){DDB_DELETING, 1200};
    ddb_table_settle(&table, 1100);
    cr_assert_eq(table.leaving_count, 1);
    cr_expect(slice_eq(table.leaving[0].name, SLICE("b")));
}

Test(table_state, without_a_delay_everything_has_settled_by_the_next_call)
{
    const struct platform at_once = {0};
    const struct call now = {.platform = &at_once, .now_micros = 1000};
    struct ddb_table table = {0};
    ddb_table_begin(&now, &table, DDB_UPDATING);
    cr_expect_eq(table.state.status, DDB_UPDATING);
    ddb_table_settle(&table, 1000);
    cr_expect_eq(table.state.status, DDB_ACTIVE);
}
