#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/awsc/awsc.h"
#include "lib/awsc/credentials.h"
#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "tests/lib/awsc/server.h"

static void forget_environment(void)
{
    static const char *const names[] = {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/no/such/file", 1);
}

struct fixture {
    struct arena arena;
    struct awsc_credentials credentials;
    struct httpc *http;
    struct slice why;
};

static void start(struct fixture *f)
{
    forget_environment();
    f->http = httpc_new();
}

static void stop(struct fixture *f)
{
    awsc_credentials_done(&f->credentials);
    httpc_free(f->http);
    arena_done(&f->arena);
}

static bool refresh(struct fixture *f, int64_t now)
{
    return !failed(awsc_credentials_refresh(&f->credentials, f->http, now, &f->arena, &f->why));
}

Test(credentials, given_keys_are_used_for_ever)
{
    struct fixture f = {0};
    start(&f);
    setenv("AWS_ACCESS_KEY_ID", "other", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "other", 1);
    struct sigv4_credentials given = {SLICE("AK"), SLICE("SK"), SLICE_NONE};
    awsc_credentials_init(&f.credentials, &given);
    cr_expect(refresh(&f, INT64_MAX));
    cr_expect(slice_eq(f.credentials.keys.access_key, SLICE("AK")));
    stop(&f);
}

Test(credentials, the_environment_comes_before_the_file)
{
    struct fixture f = {0};
    start(&f);
    setenv("AWS_ACCESS_KEY_ID", "AK", 1);
    cr_expect_not(refresh(&f, 0), "a key without its secret is none");
    setenv("AWS_SECRET_ACCESS_KEY", "SK", 1);
    setenv("AWS_SESSION_TOKEN", "T", 1);
    cr_expect(refresh(&f, 0));
    cr_expect(slice_eq(f.credentials.keys.secret_key, SLICE("SK")));
    cr_expect(slice_eq(f.credentials.keys.session_token, SLICE("T")));
    stop(&f);
}

Test(credentials, reads_the_profile_of_the_shared_file)
{
    struct fixture f = {0};
    char path[] = "/tmp/florin-credentials-XXXXXX";
    static const char text[] = "# mine\n[default]\naws_access_key_id = D\n"
                               "aws_secret_access_key=d=1 \n[ work ]\naws_secret_access_key = w\n"
                               "aws_access_key_id = W\naws_session_token = t\n";
    start(&f);
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
    cr_expect(refresh(&f, 0));
    cr_expect(slice_eq(f.credentials.keys.access_key, SLICE("D")));
    cr_expect(slice_eq(f.credentials.keys.secret_key, SLICE("d=1")));
    awsc_credentials_done(&f.credentials);
    setenv("AWS_PROFILE", "work", 1);
    cr_expect(refresh(&f, 0));
    cr_expect(slice_eq(f.credentials.keys.access_key, SLICE("W")));
    cr_expect(slice_eq(f.credentials.keys.session_token, SLICE("t")));
    awsc_credentials_done(&f.credentials);
    setenv("AWS_PROFILE", "absent", 1);
    cr_expect_not(refresh(&f, 0));
    unlink(path);
    stop(&f);
}

#define ANSWER(key, expiration)                                                                    \
    SLICE("{\"RoleArn\":\"r\",\"AccessKeyId\":\"" key "\",\"SecretAccessKey\":\"S\","              \
          "\"Token\":\"T\",\"Expiration\":\"" expiration "\"}")

Test(credentials, asks_the_container_endpoint_and_again_five_minutes_before_the_end)
{
    struct fixture f = {0};
    struct server server = {0};
    int64_t end;
    start(&f);
    cr_assert(clock_parse_rfc3339(SLICE("2026-01-01T01:00:00Z"), &end));
    server.script[0] =
        (struct canned_answer){.status = 200, .body = ANSWER("K1", "2026-01-01T01:00:00Z")};
    server.script[1] =
        (struct canned_answer){.status = 200, .body = ANSWER("K2", "2026-01-01T07:00:00Z")};
    server.script[2].status = 500;
    server_start(&server);
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI",
           arena_printf(&f.arena, SLICE_FMT "/v2/creds", SLICE_ARG(server.url)).ptr, 1);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc", 1);
    cr_expect(refresh(&f, 0));
    cr_expect(slice_eq(f.credentials.keys.access_key, SLICE("K1")));
    cr_expect(slice_eq(server.requests[0].target, SLICE("/v2/creds")));
    cr_expect(slice_eq(server_header(&server, 0, "authorization"), SLICE("Basic abc")));
    cr_expect(refresh(&f, end - 301 * MICROS_PER_SECOND));
    cr_expect_eq(server.calls, 1);
    cr_expect(refresh(&f, end - 299 * MICROS_PER_SECOND));
    cr_expect(slice_eq(f.credentials.keys.access_key, SLICE("K2")));
    int64_t second_end = end + 6 * 3600 * MICROS_PER_SECOND;
    cr_expect(refresh(&f, second_end - MICROS_PER_SECOND), "they still hold");
    cr_expect_eq(server.calls, 3);
    cr_expect_not(refresh(&f, second_end));
    cr_expect(slice_contains(f.why, SLICE("answered 500")));
    server_stop(&server);
    stop(&f);
}

Test(credentials, asks_no_foreign_host_in_the_clear)
{
    struct fixture f = {0};
    const char *bad[] = {"http://example.com/creds", "http://127.0.0.1.example.com/",
                         "http://localhostile/", "ftp://127.0.0.1/"};
    start(&f);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", bad[i], 1);
        cr_expect_not(refresh(&f, 0));
        cr_expect(slice_contains(f.why, SLICE("may not be asked")), "%s", bad[i]);
    }
    stop(&f);
}

Test(credentials, an_answer_without_keys_or_with_a_bad_date_is_none)
{
    struct fixture f = {0};
    struct server server = {0};
    start(&f);
    server.script[0] = (struct canned_answer){.status = 200, .body = SLICE("{}")};
    server.script[1] = (struct canned_answer){.status = 200, .body = ANSWER("K", "tomorrow")};
    server.script[2] = (struct canned_answer){.status = 200, .body = SLICE("nonsense")};
    server_start(&server);
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url.ptr, 1);
    for (int i = 0; i < 3; i++)
        cr_expect_not(refresh(&f, 0));
    cr_expect_eq(server.calls, 3);
    server_stop(&server);
    stop(&f);
}
