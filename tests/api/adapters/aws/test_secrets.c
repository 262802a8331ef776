#include <criterion/criterion.h>

#include "api/adapters/aws/secrets.h"
#include "lib/base/attributes.h"

Test(secrets, reads_a_database_secret_as_rds_writes_it)
{
    struct arena arena = {0};
    struct database_secret secret;
    cr_assert_null(database_secret_parse(
        SLICE("{\"engine\":\"postgres\",\"username\":\"u\",\"password\":\"p\\\"\",\"host\":\"h\","
              "\"port\":5433,\"dbname\":\"d\",\"masterarn\":[1,{}]}"),
        &arena, &secret));
    cr_expect(slice_eq(secret.username, SLICE("u")));
    cr_expect(slice_eq(secret.password, SLICE("p\"")));
    cr_expect(slice_eq(secret.port, SLICE("5433")));
    arena_done(&arena);
}

Test(secrets, the_port_may_be_a_text_or_missing)
{
    struct arena arena = {0};
    struct database_secret secret;
    cr_assert_null(database_secret_parse(SLICE("{\"username\":\"u\",\"password\":\"p\",\"host\":"
                                               "\"h\",\"port\":\"1\",\"dbname\":\"d\"}"),
                                         &arena, &secret));
    cr_expect(slice_eq(secret.port, SLICE("1")));
    cr_assert_null(database_secret_parse(
        SLICE("{\"username\":\"u\",\"password\":\"p\",\"host\":\"h\",\"dbname\":\"d\"}"), &arena,
        &secret));
    cr_expect(slice_eq(secret.port, SLICE("5432")));
    arena_done(&arena);
}

Test(secrets, says_what_is_wrong_with_another_text)
{
    static const char *const bad[] = {
        "",
        "password",
        "[]",
        "{\"username\":\"u\",\"password\":\"p\",\"host\":\"h\"}",
        "{\"username\":\"u\",\"password\":null,\"host\":\"h\",\"dbname\":\"d\"}",
        "{\"username\":\"u\\u0000\",\"password\":\"p\",\"host\":\"h\",\"dbname\":\"d\"}",
    };
    struct arena arena = {0};
    struct database_secret secret;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not_null(database_secret_parse(slice_from_cstr(bad[i]), &arena, &secret), "%s",
                           bad[i]);
    arena_done(&arena);
}
