#include <criterion/criterion.h>

#include "emulator/services/dynamodb/backup/part_arn.h"

#define PREFIX "arn:aws:dynamodb:us-east-1:000000000000:"

Test(part_arn, names_the_table_and_the_id)
{
    struct ddb_part_arn arn;
    cr_assert(ddb_part_arn_parse(SLICE(PREFIX "table/t-1/backup/0148-73"), SLICE("backup"), &arn));
    cr_expect(slice_eq(arn.table_name, SLICE("t-1")));
    cr_expect(slice_eq(arn.id, SLICE("0148-73")));
    cr_expect(slice_eq(arn.region, SLICE("us-east-1")));
    cr_expect(slice_eq(arn.account, SLICE("000000000000")));
}

Test(part_arn, other_arns_are_refused)
{
    static const char *const wrong[] = {
        "",
        "table/t/backup/1",
        PREFIX "table/t",
        PREFIX "table/t/backup",
        PREFIX "table/t/backup/",
        PREFIX "table/t/export/1",
        PREFIX "table/t/backup/1/2",
        PREFIX "index/t/backup/1",
        "arn:aws:kms:us-east-1:000000000000:table/t/backup/1",
    };
    struct ddb_part_arn arn;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        cr_expect_not(ddb_part_arn_parse(slice_from_cstr(wrong[i]), SLICE("backup"), &arn), "%s",
                      wrong[i]);
}

Test(part_arn, a_part_is_here_in_its_own_account_and_region_alone)
{
    struct call call = {.account = SLICE("000000000000"), .region = SLICE("us-east-1")};
    struct ddb_part_arn arn;
    cr_assert(ddb_part_arn_parse(SLICE(PREFIX "table/t/export/1"), SLICE("export"), &arn));
    cr_expect(ddb_part_arn_is_here(&call, &arn));
    call.region = SLICE("eu-west-1");
    cr_expect_not(ddb_part_arn_is_here(&call, &arn));
}

Test(part_arn, ids_sort_by_their_time)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct platform platform = {.rand = &rand};
    struct call call = {.arena = &arena, .platform = &platform, .now_micros = 1489602797149000};
    struct slice first = ddb_part_id(&call);
    call.now_micros += 1000;
    struct slice second = ddb_part_id(&call);
    cr_expect(slice_starts_with(first, SLICE("01489602797149-")));
    cr_expect_eq(first.len, 23);
    cr_expect_lt(slice_compare(first, second), 0);
    arena_done(&arena);
}
