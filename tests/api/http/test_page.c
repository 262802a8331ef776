#include <criterion/criterion.h>

#include "api/http/fault.h"
#include "api/http/page.h"
#include "tests/api/http/support.h"

#define SECRET SLICE("secret")

static struct slice render(struct page *page, const char *first, const char *last, bool has_more)
{
    struct json_writer w = call_reply(page->call, 200);
    json_write_object_begin(&w);
    page_end(page, &w, slice_from_cstr(first), slice_from_cstr(last), has_more);
    json_write_object_end(&w);
    return buf_slice(&page->call->body);
}

static struct slice member(struct arena *arena, struct slice json, const char *name)
{
    struct json_reader r;
    struct slice key;
    struct slice value = SLICE_NONE;
    json_reader_init(&r, json, arena);
    json_object_begin(&r);
    while (json_object_next(&r, &key))
        if (slice_eq_cstr(key, name) && json_peek(&r) == JSON_KIND_STRING)
            json_string(&r, &value);
        else
            json_skip(&r);
    return value;
}

Test(page, a_cursor_given_out_leads_on)
{
    struct fake_call fake;
    struct page page;
    struct page_query query = PAGE_DEFAULT;
    fake_call_init(&fake, NULL, NULL);
    cr_assert_not(failed(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query)));
    cr_expect_eq(page.request.limit, 50);
    struct slice body = render(&page, "acc_9", "acc_5", true);
    cr_expect_not(slice_is_set(member(&fake.arena, body, "prev_cursor")), "nothing is before");
    query.starting_after = member(&fake.arena, body, "next_cursor");
    cr_assert_not(failed(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query)));
    cr_expect(slice_eq(page.request.after, SLICE("acc_5")));
    body = render(&page, "acc_4", "acc_1", false);
    cr_expect_not(slice_is_set(member(&fake.arena, body, "next_cursor")), "nothing follows");
    query =
        (struct page_query){.limit = 2, .ending_before = member(&fake.arena, body, "prev_cursor")};
    cr_assert_not(failed(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query)));
    cr_expect(slice_eq(page.request.before, SLICE("acc_4")));
    fake_call_done(&fake);
}

Test(page, a_cursor_of_another_list_tenant_or_filter_is_refused)
{
    struct fake_call fake;
    struct page page;
    struct page_query query = PAGE_DEFAULT;
    fake_call_init(&fake, NULL, NULL);
    cr_assert_not(failed(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query)));
    query.starting_after = member(&fake.arena, render(&page, "b", "a", true), "next_cursor");
    cr_expect_eq(page_begin(&page, &fake.call, SECRET, SLICE("g"), &query).info, &CURSOR_MISMATCH);
    fake.call.actor.tenant = SLICE("ten_2");
    cr_expect_eq(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query).info, &CURSOR_MISMATCH);
    fake.call.actor.tenant = SLICE("ten_1");
    fake.route.name = "y";
    cr_expect_eq(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query).info, &CURSOR_MISMATCH);
    fake_call_done(&fake);
}

Test(page, takes_one_cursor_at_a_time)
{
    struct fake_call fake;
    struct page page;
    struct page_query query = {
        .limit = 1, .starting_after = SLICE("a"), .ending_before = SLICE("b")};
    fake_call_init(&fake, NULL, NULL);
    cr_expect_eq(page_begin(&page, &fake.call, SECRET, SLICE("f"), &query).info,
                 &INVALID_PARAMETER);
    fake_call_done(&fake);
}
