#include <string.h>

#include <criterion/criterion.h>

#include "api/http/fault.h"
#include "api/http/fields.h"
#include "tests/api/http/support.h"

struct input {
    struct slice id;
    int64_t amount;
    int64_t limit;
    bool unlimited;
    struct slice currency;
    struct slice name;
    int64_t at;
    int64_t kind;
    struct slice born;
    struct slice email;
    struct slice secret;
    struct slice metadata;
};

static const char *const kinds[] = {"person", "company", NULL};

/* clang-format off */
static const struct field fields[] = {
    {"id", FIELD_ID, .prefix = "acc_", FIELD_AT(struct input, id)},
    {"amount", FIELD_AMOUNT, .required = true, FIELD_AT(struct input, amount)},
    {"limit", FIELD_LIMIT, FIELD_AT(struct input, limit), FIELD_NULL_AT(struct input, unlimited)},
    {"currency", FIELD_CURRENCY, FIELD_AT(struct input, currency)},
    {"name", FIELD_TEXT, .min = 1, .max = 5, FIELD_AT(struct input, name)},
    {"at", FIELD_TIME, FIELD_AT(struct input, at)},
    {"kind", FIELD_CHOICE, .choices = kinds, FIELD_AT(struct input, kind)},
    {"born", FIELD_DATE, FIELD_AT(struct input, born)},
    {"email", FIELD_EMAIL, .max = 50, FIELD_AT(struct input, email)},
    {"secret", FIELD_SECRET, .min = 1, .max = 8, FIELD_AT(struct input, secret)},
    {"metadata", FIELD_METADATA, FIELD_AT(struct input, metadata)},
};
/* clang-format on */

static const struct err_info *read_one(const char *body, struct fake_call *fake,
                                       struct input *input)
{
    fake_call_init(fake, body, NULL);
    *input = (struct input){0};
    return fields_read_body(&fake->call, fields, ARRAY_LEN(fields), input).info;
}

static void expect_refused(const char *body, const struct err_info *info, const char *param)
{
    struct fake_call fake;
    struct input input;
    const struct err_info *result = read_one(body, &fake, &input);
    cr_expect_eq(result, info, "%s: %s", body, result ? result->code : "accepted");
    if (param && fake.call.error_count)
        cr_expect(slice_eq_cstr(fake.call.errors[0].param, param), "%s", body);
    fake_call_done(&fake);
}

Test(fields, reads_every_kind)
{
    struct fake_call fake;
    struct input input;
    const char *body =
        "{\"id\":\"acc_1a\",\"amount\":1250,\"limit\":0,\"currency\":\"EUR\",\"name\":"
        "\"\\u00e9t\\u00e9\","
        "\"at\":\"1970-01-01T00:00:01Z\",\"kind\":\"company\",\"born\":\"1990-02-28\","
        "\"email\":\"a@b.c\",\"secret\":\"\\u0001x\",\"metadata\":{ \"b\" : \"2\", \"a\":\"1\" }}";
    cr_assert_null(read_one(body, &fake, &input));
    cr_expect(slice_eq(input.id, SLICE("acc_1a")));
    cr_expect_eq(input.amount, 1250);
    cr_expect_eq(input.at, 1000000);
    cr_expect_eq(input.kind, 1);
    cr_expect(slice_eq(input.metadata, SLICE("{\"a\":\"1\",\"b\":\"2\"}")));
    cr_expect_not(input.unlimited);
    fake_call_done(&fake);
}

Test(fields, null_stands_only_where_the_table_says_so)
{
    struct fake_call fake;
    struct input input;
    cr_assert_null(read_one("{\"amount\":1,\"limit\":null}", &fake, &input));
    cr_expect(input.unlimited);
    fake_call_done(&fake);
    expect_refused("{\"amount\":1,\"name\":null}", &INVALID_FIELD, "name");
    expect_refused("{\"amount\":null}", &INVALID_AMOUNT, "amount");
}

Test(fields, an_amount_is_a_whole_json_number)
{
    static const char *const bad[] = {"1.0",  "\"1\"", "1e2", "-1",  "0",  "9007199254740992",
                                      "true", "[1]",   "{}",  "0.1", "1E0"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"amount\":%s}", bad[i]);
        expect_refused(body, &INVALID_AMOUNT, "amount");
    }
}

Test(fields, refuses_members_that_are_unknown_doubled_or_missing)
{
    expect_refused("{\"amount\":1,\"balance\":5}", &UNKNOWN_FIELD, "balance");
    expect_refused("{\"amount\":1,\"amount\":1}", &DUPLICATE_FIELD, "amount");
    expect_refused("{\"amount\":1,\"\\u0061mount\":2}", &DUPLICATE_FIELD, "amount");
    expect_refused("{}", &MISSING_FIELD, "amount");
}

Test(fields, refuses_values_that_break_a_limit)
{
    expect_refused("{\"amount\":1,\"id\":\"txn_1\"}", &INVALID_FIELD, "id");
    expect_refused("{\"amount\":1,\"id\":\"acc_\"}", &INVALID_FIELD, "id");
    expect_refused("{\"amount\":1,\"id\":\"acc_A\"}", &INVALID_FIELD, "id");
    expect_refused("{\"amount\":1,\"name\":\"\"}", &INVALID_FIELD, "name");
    expect_refused("{\"amount\":1,\"name\":\"123456\"}", &INVALID_FIELD, "name");
    expect_refused("{\"amount\":1,\"name\":\"a\\nb\"}", &INVALID_FIELD, "name");
    expect_refused("{\"amount\":1,\"name\":\"a\\u0000\"}", &INVALID_FIELD, "name");
    expect_refused("{\"amount\":1,\"name\":5}", &INVALID_FIELD, "name");
    expect_refused("{\"amount\":1,\"currency\":\"usd\"}", &INVALID_CURRENCY, "currency");
    expect_refused("{\"amount\":1,\"at\":\"yesterday\"}", &INVALID_FIELD, "at");
    expect_refused("{\"amount\":1,\"kind\":\"robot\"}", &INVALID_FIELD, "kind");
    expect_refused("{\"amount\":1,\"born\":\"1990-02-30\"}", &INVALID_FIELD, "born");
    expect_refused("{\"amount\":1,\"email\":\"a b@c\"}", &INVALID_FIELD, "email");
    expect_refused("{\"amount\":1,\"secret\":\"123456789\"}", &INVALID_FIELD, "secret");
    expect_refused("{\"amount\":1,\"metadata\":[]}", &INVALID_FIELD, "metadata");
}

Test(fields, refuses_what_is_not_one_json_object)
{
    static const char *const bad[] = {"",
                                      "[]",
                                      "5",
                                      "\"x\"",
                                      "{",
                                      "{\"amount\"",
                                      "{\"amount\":1",
                                      "{\"amount\":1}}",
                                      "{\"amount\":1}x",
                                      "{\"amount\":01}",
                                      "{\"amount\":NaN}",
                                      "{'amount':1}",
                                      "{\"amount\":1,}",
                                      "{\"name\":\"\xff\",\"amount\":1}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_refused(bad[i], &MALFORMED_JSON, NULL);
}

Test(fields, refuses_deep_nesting_before_it_reads_on)
{
    char body[200] = "{\"amount\":";
    memset(body + 10, '[', 16);
    expect_refused(body, &MALFORMED_JSON, NULL);
    expect_refused("{\"amount\":1,\"name\":\"[[[[[[[[[[[[[[[[[[\"}", &INVALID_FIELD, "name");
}

Test(fields, tells_all_that_is_wrong_at_once)
{
    struct fake_call fake;
    struct input input;
    read_one("{\"name\":\"\",\"x\":1,\"kind\":\"y\"}", &fake, &input);
    cr_expect_eq(fake.call.error_count, 4); /* name, x, kind, and the missing amount */
    fake_call_done(&fake);
}

Test(fields, the_canonical_form_is_the_same_for_the_same_meaning)
{
    struct fake_call a;
    struct fake_call b;
    struct input input;
    cr_assert_null(read_one("{\"amount\":5,\"name\":\"x\",\"metadata\":{\"b\":\"1\",\"a\":\"2\"}}",
                            &a, &input));
    struct slice first = fields_canonical(&a.arena, fields, ARRAY_LEN(fields), &input);
    cr_assert_null(
        read_one(" { \"metadata\":{\"a\":\"2\", \"b\":\"1\"}, \"name\":\"\\u0078\",\"amount\":5}",
                 &b, &input));
    struct slice second = fields_canonical(&b.arena, fields, ARRAY_LEN(fields), &input);
    cr_expect(slice_eq(first, second), SLICE_FMT " " SLICE_FMT, SLICE_ARG(first),
              SLICE_ARG(second));
    input.amount = 6;
    cr_expect_not(slice_eq(first, fields_canonical(&b.arena, fields, ARRAY_LEN(fields), &input)));
    input.amount = 5;
    input.unlimited = true;
    cr_expect_not(slice_eq(first, fields_canonical(&b.arena, fields, ARRAY_LEN(fields), &input)));
    fake_call_done(&a);
    fake_call_done(&b);
}

struct query {
    int64_t limit;
    struct slice name;
};

/* clang-format off */
static const struct field query_fields[] = {
    {"limit", FIELD_NUMBER, .min = 1, .max = 200, FIELD_AT(struct query, limit)},
    {"name", FIELD_TEXT, .min = 1, .max = 9, FIELD_AT(struct query, name)},
};
/* clang-format on */

static const struct err_info *read_query(const char *text, struct fake_call *fake,
                                         struct query *query)
{
    fake_call_init(fake, NULL, text);
    *query = (struct query){0};
    return fields_read_query(&fake->call, query_fields, ARRAY_LEN(query_fields), query).info;
}

Test(fields, reads_queries_percent_decoded)
{
    struct fake_call fake;
    struct query query;
    cr_expect_null(read_query("limit=200&name=a%20b+%C3%A9", &fake, &query));
    cr_expect_eq(query.limit, 200);
    cr_expect(slice_eq(query.name, SLICE("a b é")));
    fake_call_done(&fake);
    cr_expect_null(read_query(NULL, &fake, &query));
    fake_call_done(&fake);
}

Test(fields, refuses_queries_that_break_the_table)
{
    static const struct {
        const char *text;
        const struct err_info *info;
    } bad[] = {
        {"limit=0",         &INVALID_PARAMETER},
        {"limit=201",       &INVALID_PARAMETER},
        {"limit=x",         &INVALID_PARAMETER},
        {"limit",           &INVALID_PARAMETER},
        {"limit=1&limit=1", &UNKNOWN_PARAMETER},
        {"other=1",         &UNKNOWN_PARAMETER},
        {"name=%zz",        &MALFORMED_REQUEST},
        {"name=%ff",        &MALFORMED_REQUEST},
        {"name=a%00b",      &INVALID_PARAMETER},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fake_call fake;
        struct query query;
        cr_expect_eq(read_query(bad[i].text, &fake, &query), bad[i].info, "%s", bad[i].text);
        fake_call_done(&fake);
    }
}
