#include <criterion/criterion.h>

#include "emulator/services/secretsmanager/rotation/database_secret.h"
#include "lib/base/attributes.h"

Test(database_secret, members_are_read_and_the_others_passed_over)
{
    struct arena arena = {0};
    struct database_secret secret;
    const char *problem = database_secret_read(
        &arena,
        SLICE("{\"engine\":\"postgres\",\"host\":\"h\",\"port\":5433,\"username\":\"u\","
              "\"password\":\"p\\u00e4\",\"dbname\":\"d\",\"masterarn\":\"arn:m\",\"ssl\":true,"
              "\"more\":[1,{\"a\":null}]}"),
        &secret);
    cr_assert_null(problem, "%s", problem);
    cr_expect(slice_eq(secret.login.port, SLICE("5433")));
    cr_expect(slice_eq(secret.login.password, SLICE("p\303\244")));
    cr_expect(slice_eq(secret.master_arn, SLICE("arn:m")));
    cr_expect(secret.login.requires_tls);
    arena_done(&arena);
}

Test(database_secret, port_and_database_have_postgress_defaults)
{
    struct arena arena = {0};
    struct database_secret secret;
    cr_assert_null(database_secret_read(&arena,
                                        SLICE("{\"engine\":\"aurora-postgresql\",\"host\":\"h\","
                                              "\"username\":\"u\",\"password\":\"p\"}"),
                                        &secret));
    cr_expect(slice_eq(secret.login.port, SLICE("5432")));
    cr_expect(slice_eq(secret.login.dbname, SLICE("postgres")));
    cr_expect_not(slice_is_set(secret.master_arn));
    cr_expect_not(secret.login.requires_tls);
    arena_done(&arena);
}

Test(database_secret, what_is_missing_or_wrong_is_named)
{
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        {"not JSON",                                                                              "the secret is not a JSON object of texts"},
        {"[]",                                                                                    "the secret is not a JSON object of texts"},
        {"{\"engine\":null}",                                                                     "the secret is not a JSON object of texts"},
        {"{\"engine\":\"postgres\",\"host\":\"h\",\"username\":\"u\"}",
         "the secret has no \"password\""                                                                                                   },
        {"{\"engine\":\"postgres\",\"host\":\"h\\u0000\",\"username\":\"u\",\"password\":\"p\"}",
         "the secret has no \"host\""                                                                                                       },
        {"{\"engine\":\"mysql\",\"host\":\"h\",\"username\":\"u\",\"password\":\"p\"}",
         "the secret's \"engine\" is not \"postgres\""                                                                                      },
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct database_secret secret;
        cr_expect_str_eq(database_secret_read(&arena, slice_from_cstr(cases[i].text), &secret),
                         cases[i].problem);
    }
    arena_done(&arena);
}

Test(database_secret, rewriting_changes_the_login_alone)
{
    struct arena arena = {0};
    struct slice written = database_secret_write(
        &arena,
        SLICE("{ \"username\": \"u\", \"note\": [1, {\"password\": \"kept\"}], \"password\":\"p\","
              "\"port\":5432 }"),
        SLICE("u_clone"), SLICE("a\"b\\c"));
    cr_expect(
        slice_eq(written, SLICE("{\"username\":\"u_clone\",\"note\":[1, {\"password\": \"kept\"}],"
                                "\"password\":\"a\\\"b\\\\c\",\"port\":5432}")),
        SLICE_FMT, SLICE_ARG(written));
    arena_done(&arena);
}
