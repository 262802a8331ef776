#include <criterion/criterion.h>

#include "api/auth/fault.h"
#include "api/http/fault.h"
#include "api/http/problem.h"
#include "tests/api/http/support.h"

static struct slice body_of(const struct fake_call *fake)
{
    return buf_slice(&fake->call.body);
}

Test(problem, has_every_member_of_rfc_9457_and_ours)
{
    struct fake_call fake;
    fake_call_init(&fake, NULL, NULL);
    problem_reply(&fake.call, &INSUFFICIENT_FUNDS);
    cr_expect_eq(fake.call.status, 422);
    cr_expect(
        slice_eq(body_of(&fake),
                 SLICE("{\"type\":\"https://errors.florin.example/insufficient_funds\","
                       "\"title\":\"Insufficient funds\",\"status\":422,"
                       "\"detail\":\"The account would fall below its floor.\","
                       "\"instance\":\"req_1\",\"code\":\"insufficient_funds\",\"param\":null,"
                       "\"errors\":[],\"retryable\":false,"
                       "\"doc_url\":\"https://docs.florin.example/errors/insufficient_funds\"}")),
        SLICE_FMT, SLICE_ARG(body_of(&fake)));
    fake_call_done(&fake);
}

Test(problem, lists_all_errors_and_leads_with_the_first)
{
    struct fake_call fake;
    fake_call_init(&fake, NULL, NULL);
    struct err first = call_fail(&fake.call, &UNKNOWN_FIELD, SLICE("x\""), "x is %s", "odd");
    (void)call_fail(&fake.call, &INVALID_FIELD, SLICE("y"), "%s", "");
    problem_reply(&fake.call, first.info);
    cr_expect(slice_contains(body_of(&fake), SLICE("\"detail\":\"x is odd\"")));
    cr_expect(slice_contains(body_of(&fake), SLICE("\"param\":\"x\\\"\"")));
    cr_expect(slice_contains(
        body_of(&fake),
        SLICE("{\"code\":\"invalid_field\",\"param\":\"y\",\"detail\":\"A member has")));
    fake_call_done(&fake);
}

Test(problem, a_replayed_refusal_names_the_request_that_decided)
{
    struct fake_call fake;
    fake_call_init(&fake, NULL, NULL);
    fake.call.instance = SLICE("req_0");
    problem_reply(&fake.call, &ACCOUNT_FROZEN);
    cr_expect(slice_contains(body_of(&fake), SLICE("\"instance\":\"req_0\"")));
    fake_call_done(&fake);
}

Test(problem, is_retryable_only_where_the_same_request_may_succeed)
{
    cr_expect(problem_is_retryable(&DATABASE_UNAVAILABLE));
    cr_expect(problem_is_retryable(&OUTCOME_UNKNOWN));
    cr_expect(problem_is_retryable(&RATE_LIMITED));
    cr_expect(problem_is_retryable(&IDEMPOTENCY_IN_PROGRESS));
    cr_expect_not(problem_is_retryable(&INSUFFICIENT_FUNDS));
    cr_expect_not(problem_is_retryable(&DUPLICATE_REFERENCE));
    cr_expect_not(problem_is_retryable(&UNAUTHENTICATED));
}

Test(problem, keeps_the_first_sixteen_errors)
{
    struct fake_call fake;
    fake_call_init(&fake, NULL, NULL);
    for (int i = 0; i < 40; i++)
        (void)call_fail(&fake.call, &UNKNOWN_FIELD, SLICE("x"), "%d", i);
    cr_expect_eq(fake.call.error_count, LIMIT_FIELD_ERRORS);
    problem_reply(&fake.call, &UNKNOWN_FIELD);
    cr_expect(slice_contains(body_of(&fake), SLICE("\"detail\":\"15\"")));
    cr_expect_not(slice_contains(body_of(&fake), SLICE("\"detail\":\"16\"")));
    fake_call_done(&fake);
}
