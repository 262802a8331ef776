#pragma once
/*
 * Keyset pagination, the same for every list: limit, starting_after and ending_before in; data,
 * has_more, next_cursor and prev_cursor out.
 *
 *   struct accounts_query query = {.page = PAGE_DEFAULT};
 *   static const struct field fields[] = {PAGE_FIELDS(struct accounts_query, page), ...};
 */
#include "api/http/fields.h"

struct page_query {
    int64_t limit;
    struct slice starting_after;
    struct slice ending_before;
};

#define PAGE_DEFAULT                                                                               \
    {                                                                                              \
        .limit = LIMIT_PAGE_DEFAULT                                                                \
    }

/* The first fields of a list's table; PAGE_FIELD_COUNT of them. */
#define PAGE_FIELDS(type, member)                                                                  \
    {"limit", FIELD_NUMBER, .min = 1, .max = LIMIT_PAGE, FIELD_AT(type, member.limit)},            \
        {"starting_after", FIELD_TEXT, .min = 1, .max = 400,                                       \
         FIELD_AT(type, member.starting_after)},                                                   \
    {                                                                                              \
        "ending_before", FIELD_TEXT, .min = 1, .max = 400, FIELD_AT(type, member.ending_before)    \
    }
#define PAGE_FIELD_COUNT 3

/* A list in the making: what its cursors are bound to. */
struct page {
    struct call *call;
    struct slice secret;
    struct slice filter;
    struct page_request request;
};

/*
 * Opens the query's cursors. `filter` names the list: the filters' canonical form. Fails with
 * CURSOR_MISMATCH, or INVALID_PARAMETER where both cursors are given.
 */
struct err page_begin(struct page *page, struct call *call, struct slice secret,
                      struct slice filter, const struct page_query *query);

/* The members after "data". `first` and `last` are the keys of the page's ends; absent: empty page.
 */
void page_end(const struct page *page, struct json_writer *w, struct slice first, struct slice last,
              bool has_more);
