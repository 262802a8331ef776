#include <string.h>

#include <criterion/criterion.h>

#include "api/auth/role.h"
#include "api/routes.h"

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

Test(routes, no_two_answer_the_same_call_or_share_a_name)
{
    for (size_t i = 0; i < API_ROUTE_COUNT; i++)
        for (size_t j = i + 1; j < API_ROUTE_COUNT; j++) {
            cr_expect_not(is(API_ROUTES[i].method, API_ROUTES[j].method) &&
                              is(API_ROUTES[i].pattern, API_ROUTES[j].pattern),
                          "%s %s", API_ROUTES[i].method, API_ROUTES[i].pattern);
            cr_expect_not(is(API_ROUTES[i].name, API_ROUTES[j].name), "%s", API_ROUTES[i].name);
        }
}

Test(routes, each_is_public_or_names_its_roles)
{
    for (size_t i = 0; i < API_ROUTE_COUNT; i++) {
        bool is_public = API_ROUTES[i].flags & ROUTE_PUBLIC;
        cr_expect_eq(is_public, API_ROUTES[i].roles == 0, "%s", API_ROUTES[i].name);
    }
}

Test(routes, what_changes_something_reads_the_session_consistently)
{
    for (size_t i = 0; i < API_ROUTE_COUNT; i++)
        if (!is(API_ROUTES[i].method, "GET") && !(API_ROUTES[i].flags & ROUTE_PUBLIC))
            cr_expect(API_ROUTES[i].flags & ROUTE_MONEY, "%s", API_ROUTES[i].name);
}

Test(routes, an_auditor_reads_and_changes_nothing_but_his_session)
{
    for (size_t i = 0; i < API_ROUTE_COUNT; i++)
        if (API_ROUTES[i].roles & ROLE_AUDITOR)
            cr_expect(is(API_ROUTES[i].method, "GET") || is(API_ROUTES[i].name, "auth.logout"),
                      "%s", API_ROUTES[i].name);
}

Test(routes, money_moves_under_a_key_alone)
{
    for (size_t i = 0; i < API_ROUTE_COUNT; i++)
        cr_expect_eq(is(API_ROUTES[i].name, "transfers.create"),
                     (API_ROUTES[i].flags & ROUTE_IDEMPOTENT) != 0, "%s", API_ROUTES[i].name);
}
