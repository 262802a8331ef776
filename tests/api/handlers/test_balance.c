#include <criterion/criterion.h>

#include "api/handlers/balance.h"

static struct slice render(struct arena *arena, const struct account_counters *counters)
{
    return balance_render(arena, SLICE("acc_1"), SLICE("USD"), 7, counters);
}

Test(balance, shows_what_is_posted_held_and_available)
{
    struct arena arena = {0};
    struct account_counters counters = {
        .credits_posted = 100, .debits_posted = 30, .debits_pending = 20, .overdraft_limit = 5};
    cr_expect(slice_eq(render(&arena, &counters),
                       SLICE("{\"account\":\"acc_1\",\"currency\":\"USD\",\"posted\":70,"
                             "\"pending\":20,\"available\":55,\"account_version\":7}")));
    arena_done(&arena);
}

Test(balance, without_a_floor_nothing_is_said_to_be_available)
{
    struct arena arena = {0};
    struct account_counters counters = {.debits_posted = 30, .unlimited = true};
    struct slice text = render(&arena, &counters);
    cr_expect(slice_contains(text, SLICE("\"posted\":-30")));
    cr_expect(slice_contains(text, SLICE("\"available\":null")));
    arena_done(&arena);
}
