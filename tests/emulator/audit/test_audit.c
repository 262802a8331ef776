#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "emulator/audit/read.h"

static void append(struct audit *audit, struct arena *arena, struct slice operation)
{
    audit_append(audit,
                 &(struct audit_record){.service = SLICE("kms"),
                                        .operation = operation,
                                        .status = 200,
                                        .error_message = SLICE("say \"no\"\n")},
                 arena);
}

Test(audit, the_newest_records_come_back_oldest_first_also_after_a_restart)
{
    char folder[] = "/tmp/florin-audit-XXXXXX";
    struct arena arena = {0};
    struct audit *audit;
    cr_assert(mkdtemp(folder));
    cr_assert_not(failed(audit_open(folder, &audit)));
    append(audit, &arena, SLICE("One"));
    append(audit, &arena, SLICE("Two"));
    audit_close(audit);
    cr_assert_not(failed(audit_open(folder, &audit)));
    append(audit, &arena, SLICE("Three"));
    struct slice records = audit_read_newest(audit, 2, &arena);
    cr_expect_not(slice_contains(records, SLICE("One")));
    cr_expect_lt(slice_find(records, SLICE("Two")), slice_find(records, SLICE("Three")));
    cr_expect(slice_contains(records, SLICE("say \\\"no\\\"\\n")));
    audit_erase(audit);
    cr_expect_eq(audit_read_newest(audit, 10, &arena).len, 0);
    audit_close(audit);
    char path[64];
    snprintf(path, sizeof path, "%s/audit.1.jsonl", folder);
    cr_expect_eq(unlink(path), 0);
    cr_expect_eq(rmdir(folder), 0);
    arena_done(&arena);
}

Test(audit, a_folder_that_is_not_there_is_an_error)
{
    struct audit *audit = NULL;
    cr_expect_eq(audit_open("/nonexistent/florin", &audit).info, &AUDIT_CANNOT_OPEN);
    cr_expect_null(audit);
}
