#include <criterion/criterion.h>

#include "api/adapters/pg/page.h"

static const struct pg_page_statements statements = {
    {"f", "", true},
    {"b", "", true}
};

Test(pg_page, goes_forward_from_a_key_and_asks_for_one_row_more)
{
    struct arena arena = {0};
    struct pg_param params[2];
    struct page_request page = {.limit = 2, .after = SLICE("acc_5")};
    cr_expect_str_eq(pg_page_statement(&statements, &page)->name, "f");
    pg_page_params(&page, &arena, params);
    cr_expect(slice_eq(params[0].value, SLICE("acc_5")));
    cr_expect(slice_eq(params[1].value, SLICE("3")));
    arena_done(&arena);
}

Test(pg_page, the_surplus_row_tells_that_more_follow)
{
    struct page_request page = {.limit = 2};
    bool more;
    cr_expect_eq(pg_page_count(&page, 3, &more), 2);
    cr_expect(more);
    cr_expect_eq(pg_page_count(&page, 2, &more), 2);
    cr_expect_not(more);
    cr_expect_eq(pg_page_count(&page, 0, &more), 0);
    cr_expect_not(more);
}

Test(pg_page, turns_backward_pages_round)
{
    struct page_request back = {.limit = 3, .before = SLICE("acc_5")};
    struct page_request forward = {.limit = 3};
    cr_expect_str_eq(pg_page_statement(&statements, &back)->name, "b");
    cr_expect_eq(pg_page_place(&back, 0, 3), 2);
    cr_expect_eq(pg_page_place(&back, 2, 3), 0);
    cr_expect_eq(pg_page_place(&forward, 0, 3), 0);
}
