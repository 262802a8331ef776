#include <criterion/criterion.h>

#include "api/http/router.h"
#include "tests/api/http/support.h"

static const struct route routes[] = {
    {.method = "GET",  .pattern = "/v1/accounts",                  .name = "list"  },
    {.method = "POST", .pattern = "/v1/accounts",                  .name = "create"},
    {.method = "GET",  .pattern = "/v1/accounts/{id}",             .name = "get"   },
    {.method = "GET",  .pattern = "/v1/accounts/{id}/entries/{n}", .name = "entry" },
};

static enum match find(struct fake_call *fake, const char *method, const char *path)
{
    fake_call_init(fake, NULL, NULL);
    fake->request.method = slice_from_cstr(method);
    fake->request.path = slice_from_cstr(path);
    return router_find(&fake->call, routes, ARRAY_LEN(routes));
}

Test(router, finds_a_route_by_method_and_path)
{
    struct fake_call fake;
    cr_expect_eq(find(&fake, "POST", "/v1/accounts"), MATCH_FOUND);
    cr_expect_str_eq(fake.call.route->name, "create");
    fake_call_done(&fake);
}

Test(router, takes_the_parts_of_the_path_percent_decoded)
{
    struct fake_call fake;
    cr_expect_eq(find(&fake, "GET", "/v1/accounts/a%2Db/entries/7"), MATCH_FOUND);
    cr_expect_str_eq(fake.call.route->name, "entry");
    cr_expect(slice_eq(fake.call.params[0], SLICE("a-b")));
    cr_expect(slice_eq(fake.call.params[1], SLICE("7")));
    fake_call_done(&fake);
}

Test(router, matches_no_other_path)
{
    static const char *const bad[] = {"",
                                      "/",
                                      "/v1",
                                      "/v1/accounts/",
                                      "//v1/accounts",
                                      "/v1/Accounts",
                                      "/v1/accounts/a/",
                                      "/v1/accounts/a%2Fb",
                                      "/v1/accounts/a%00",
                                      "/v1/accounts/%ff",
                                      "/v1/accounts/%zz",
                                      "/v1/accounts/a/entries/7/8",
                                      "/v1/../v1/accounts/x/y"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fake_call fake;
        cr_expect_eq(find(&fake, "GET", bad[i]), MATCH_NO_PATH, "%s", bad[i]);
        fake_call_done(&fake);
    }
}

Test(router, names_the_methods_of_a_path_that_lacks_the_one_asked_for)
{
    struct fake_call fake;
    cr_expect_eq(find(&fake, "DELETE", "/v1/accounts"), MATCH_NO_METHOD);
    cr_expect(slice_eq(fake.call.allow, SLICE("GET, POST")));
    fake_call_done(&fake);
    cr_expect_eq(find(&fake, "get", "/v1/accounts"), MATCH_NO_METHOD, "methods are case-sensitive");
    fake_call_done(&fake);
}
