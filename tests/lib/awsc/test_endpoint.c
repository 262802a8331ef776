#include <stdlib.h>

#include <criterion/criterion.h>

#include "lib/awsc/endpoint.h"
#include "lib/base/attributes.h"

static void expect_endpoint(const char *service, const char *configured, const char *url,
                            const char *host, const char *path)
{
    struct arena arena = {0};
    struct awsc_endpoint endpoint = {0};
    cr_expect(awsc_endpoint_find(awsc_service_find(slice_from_cstr(service)),
                                 slice_from_cstr(configured), SLICE("eu-west-1"), &arena,
                                 &endpoint));
    cr_expect(slice_eq_cstr(endpoint.url, url), SLICE_FMT, SLICE_ARG(endpoint.url));
    cr_expect(slice_eq_cstr(endpoint.host, host), SLICE_FMT, SLICE_ARG(endpoint.host));
    cr_expect(slice_eq_cstr(endpoint.path, path), SLICE_FMT, SLICE_ARG(endpoint.path));
    arena_done(&arena);
}

Test(endpoint, is_awss_own_by_default)
{
    unsetenv("AWS_ENDPOINT_URL");
    expect_endpoint("dynamodb", NULL, "https://dynamodb.eu-west-1.amazonaws.com/",
                    "dynamodb.eu-west-1.amazonaws.com", "/");
    expect_endpoint("cloudwatch", NULL, "https://monitoring.eu-west-1.amazonaws.com/",
                    "monitoring.eu-west-1.amazonaws.com", "/");
}

Test(endpoint, configured_goes_before_service_before_common)
{
    setenv("AWS_ENDPOINT_URL", "http://common:1", 1);
    setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://secrets:2/base/", 1);
    expect_endpoint("kms", NULL, "http://common:1/", "common:1", "/");
    expect_endpoint("secretsmanager", NULL, "http://secrets:2/base/", "secrets:2", "/base/");
    expect_endpoint("secretsmanager", "https://mine", "https://mine/", "mine", "/");
}

Test(endpoint, refuses_what_is_no_http_url)
{
    const char *bad[] = {"localhost:4566", "ftp://x",       "http://",
                         "http:///a",      "http://h/?q=1", "http://h#f"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena arena = {0};
        struct awsc_endpoint endpoint;
        cr_expect_not(awsc_endpoint_find(awsc_service_find(SLICE("kms")), slice_from_cstr(bad[i]),
                                         SLICE("r"), &arena, &endpoint),
                      "%s", bad[i]);
        arena_done(&arena);
    }
}
