#include <stdlib.h>

#include <criterion/criterion.h>

#include "scenarios/runner/target.h"

struct fixture {
    struct arena arena;
    struct secrets secrets;
    struct surroundings surroundings;
    struct complaints complaints;
    struct target target;
};

static void start(struct fixture *f)
{
    *f = (struct fixture){0};
    secrets_init(&f->secrets);
    f->surroundings.secrets = &f->secrets;
    complaints_init(&f->complaints, SLICE("t"), &f->arena);
}

static void stop(struct fixture *f)
{
    secrets_done(&f->secrets);
    arena_done(&f->arena);
}

static bool parse(struct fixture *f, const char *text)
{
    return target_parse(slice_from_cstr(text), &f->surroundings, &f->arena, &f->complaints,
                        &f->target);
}

Test(target, comes_from_the_environment_and_hides_its_passwords)
{
    struct fixture f;
    const char *advice;
    start(&f);
    setenv("FLORIN_API_URL", "http://127.0.0.1:8080/", 1);
    setenv("DATABASE_URL", "postgresql://ann:pass%2Fword@127.0.0.1/florin", 1);
    setenv("FLORIN_API_PASSWORD", "api-password", 1);
    setenv("AWS_ENDPOINT_URL", "", 1);
    unsetenv("REDIS_URL");
    target_from_environment(&f.arena, &f.secrets, &f.target);
    cr_expect(slice_eq(f.target.api, SLICE("http://127.0.0.1:8080")));
    cr_expect(target_has(&f.target, SERVICE_SQL, &advice));
    cr_expect_not(target_has(&f.target, SERVICE_REDIS, &advice));
    cr_expect_str_eq(advice, "set REDIS_URL, or redis in the targets file");
    cr_expect_not(target_has(&f.target, SERVICE_AWS, &advice));
    cr_expect(
        slice_eq(secrets_mask(&f.secrets, SLICE("pass/word pass%2Fword api-password"), &f.arena),
                 SLICE("*** *** ***")));
    stop(&f);
}

Test(target, is_read_from_a_file_with_variables_of_the_environment)
{
    struct fixture f;
    start(&f);
    setenv("FLORIN_TEST_API", "https://api.example.com", 1);
    cr_assert(parse(&f, "target: staging\napi: ${env:FLORIN_TEST_API}\n"
                        "aws: {endpoint: aws, region: eu-central-1}\nvalues: {user: bob}\n"),
              SLICE_FMT, SLICE_ARG(buf_slice(&f.complaints.text)));
    cr_expect(slice_eq(f.target.api, SLICE("https://api.example.com")));
    cr_expect(slice_eq(f.target.aws_endpoint, SLICE("aws")));
    cr_expect(slice_eq(f.target.aws_region, SLICE("eu-central-1")));
    cr_expect(slice_eq(value_get(f.target.values, SLICE("user"))->text, SLICE("bob")));
    stop(&f);
}

Test(target, complains_about_unknown_keys_and_missing_variables)
{
    struct fixture f;
    start(&f);
    cr_expect_not(parse(&f, "apii: x\n"));
    cr_expect_not(parse(&f, "api: ${env:FLORIN_NOT_SET}\n"));
    cr_expect_not(parse(&f, "api: [a]\n"));
    cr_expect_not(parse(&f, "aws: {endpint: x}\n"));
    cr_expect_not(parse(&f, "values: [a]\n"));
    cr_expect_eq(f.complaints.count, 5, SLICE_FMT, SLICE_ARG(buf_slice(&f.complaints.text)));
    stop(&f);
}
