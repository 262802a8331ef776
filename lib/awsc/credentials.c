/* The credential chain. */
#include "lib/awsc/credentials.h"

#include <stdio.h>
#include <string.h>

#include "lib/awsc/awsc.h"
#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "lib/base/environment.h"
#include "lib/enc/json.h"

enum { file_bytes_max = 256 * 1024, container_timeout_ms = 2000, refresh_before_seconds = 300 };

static void wipe(struct slice text)
{
    if (text.len > 0)
        explicit_bzero((void *)(uintptr_t)text.ptr, text.len);
}

static void keep(struct awsc_credentials *c, const struct sigv4_credentials *keys, int64_t expires)
{
    struct awsc_credentials fresh = {.expires_micros = expires};
    fresh.keys.access_key = arena_dup(&fresh.arena, keys->access_key);
    fresh.keys.secret_key = arena_dup(&fresh.arena, keys->secret_key);
    fresh.keys.session_token = arena_dup(&fresh.arena, keys->session_token);
    awsc_credentials_done(c);
    *c = fresh;
}

void awsc_credentials_init(struct awsc_credentials *credentials,
                           const struct sigv4_credentials *given)
{
    *credentials = (struct awsc_credentials){0};
    if (slice_is_set(given->access_key))
        keep(credentials, given, INT64_MAX);
}

void awsc_credentials_done(struct awsc_credentials *credentials)
{
    wipe(credentials->keys.secret_key);
    wipe(credentials->keys.session_token);
    arena_done(&credentials->arena);
    *credentials = (struct awsc_credentials){0};
}

static bool from_environment(struct awsc_credentials *c)
{
    struct sigv4_credentials keys = {environment_get("AWS_ACCESS_KEY_ID"),
                                     environment_get("AWS_SECRET_ACCESS_KEY"),
                                     environment_get("AWS_SESSION_TOKEN")};
    if (!slice_is_set(keys.access_key) || !slice_is_set(keys.secret_key))
        return false;
    keep(c, &keys, INT64_MAX);
    return true;
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static struct slice read_file(const char *path, struct arena *arena)
{
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    if (!file)
        return SLICE_NONE;
    char *text = arena_alloc(arena, file_bytes_max);
    return (struct slice){text, fread(text, 1, file_bytes_max, file)};
}

/* The keys of one [section] of an INI file. */
static struct sigv4_credentials find_profile(struct slice text, struct slice profile)
{
    struct sigv4_credentials keys = {0};
    const struct {
        struct slice name;
        struct slice *value;
    } fields[] = {
        {SLICE("aws_access_key_id"),     &keys.access_key   },
        {SLICE("aws_secret_access_key"), &keys.secret_key   },
        {SLICE("aws_session_token"),     &keys.session_token},
    };
    struct slice line;
    struct slice name;
    struct slice value;
    bool inside = false;
    while (slice_next(&text, '\n', &line)) {
        line = slice_trim(line);
        if (slice_starts_with(line, SLICE("[")) && slice_ends_with(line, SLICE("]")))
            inside = slice_eq(slice_trim(slice_sub(line, 1, line.len - 2)), profile);
        if (!inside || !slice_split_once(line, '=', &name, &value))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(fields); i++)
            if (slice_eq(slice_trim(name), fields[i].name))
                *fields[i].value = slice_trim(value);
    }
    return keys;
}

static bool from_shared_file(struct awsc_credentials *c, struct arena *arena)
{
    struct slice path = environment_get("AWS_SHARED_CREDENTIALS_FILE");
    struct slice profile = environment_get("AWS_PROFILE");
    struct slice home = environment_get("HOME");
    if (!slice_is_set(path))
        path = arena_printf(arena, SLICE_FMT "/.aws/credentials", SLICE_ARG(home));
    struct slice text = read_file(arena_cstr(arena, path), arena);
    struct sigv4_credentials keys =
        find_profile(text, slice_is_set(profile) ? profile : SLICE("default"));
    bool found = keys.access_key.len > 0 && keys.secret_key.len > 0;
    if (found)
        keep(c, &keys, INT64_MAX);
    wipe(text);
    return found;
}

static bool is_host_of(struct slice url, struct slice prefix)
{
    struct slice rest = slice_from(url, prefix.len);
    return slice_starts_with(url, prefix) &&
           (rest.len == 0 || rest.ptr[0] == '/' || rest.ptr[0] == ':');
}

/* Plain http only to this machine and to the two link-local hosts of ECS and EKS. */
static bool may_be_asked(struct slice url)
{
    static const struct slice hosts[] = {
        SLICE_INIT("http://localhost"),      SLICE_INIT("http://127.0.0.1"),
        SLICE_INIT("http://[::1]"),          SLICE_INIT("http://169.254.170.2"),
        SLICE_INIT("http://169.254.170.23"), SLICE_INIT("http://[fd00:ec2::23]")};
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        if (is_host_of(url, hosts[i]))
            return true;
    return slice_starts_with(url, SLICE("https://"));
}

static struct slice container_url(struct arena *arena)
{
    struct slice relative = environment_get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if (slice_is_set(relative))
        return arena_printf(arena, "http://169.254.170.2" SLICE_FMT, SLICE_ARG(relative));
    return environment_get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

/* The file comes first: EKS puts a fresh token in it. */
static struct slice container_token(struct arena *arena)
{
    struct slice path = environment_get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (slice_is_set(path))
        return slice_trim(read_file(arena_cstr(arena, path), arena));
    return environment_get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
}

/* {"AccessKeyId": ..., "SecretAccessKey": ..., "Token": ..., "Expiration": "2026-..Z"} */
static bool parse_container_answer(struct slice body, struct arena *arena,
                                   struct sigv4_credentials *keys, int64_t *expires)
{
    struct json_reader r;
    struct slice key;
    struct slice expiration = SLICE_NONE;
    json_reader_init(&r, body, arena);
    json_object_begin(&r);
    while (json_object_next(&r, &key)) {
        if (slice_eq(key, SLICE("AccessKeyId")))
            json_string(&r, &keys->access_key);
        else if (slice_eq(key, SLICE("SecretAccessKey")))
            json_string(&r, &keys->secret_key);
        else if (slice_eq(key, SLICE("Token")))
            json_string(&r, &keys->session_token);
        else if (slice_eq(key, SLICE("Expiration")))
            json_string(&r, &expiration);
        else
            json_skip(&r);
    }
    *expires = INT64_MAX;
    return json_finish(&r) && keys->access_key.len > 0 && keys->secret_key.len > 0 &&
           (!slice_is_set(expiration) || clock_parse_rfc3339(expiration, expires));
}

static bool from_container(struct awsc_credentials *c, struct httpc *http, struct slice url,
                           struct arena *arena, struct slice *why)
{
    struct httpc_response response;
    struct sigv4_credentials keys = {0};
    int64_t expires;
    struct slice token = container_token(arena);
    struct http_header authorization = {SLICE("Authorization"), token};
    struct httpc_request request = {.method = SLICE("GET"),
                                    .url = url,
                                    .headers = &authorization,
                                    .header_count = slice_is_set(token),
                                    .connect_ms = container_timeout_ms,
                                    .total_ms = container_timeout_ms};
    if (!may_be_asked(url)) {
        *why = arena_printf(arena,
                            SLICE_FMT " may not be asked for credentials: it is neither "
                                      "https nor this machine nor ECS's own address",
                            SLICE_ARG(url));
        return false;
    }
    if (failed(httpc_send(http, &request, arena, &response))) {
        *why = arena_printf(arena, "the container credential endpoint does not answer: %s",
                            httpc_error_text(http));
        return false;
    }
    if (response.status != 200 || !parse_container_answer(response.body, arena, &keys, &expires)) {
        *why = arena_printf(arena,
                            "the container credential endpoint answered %d without "
                            "credentials",
                            response.status);
        return false;
    }
    keep(c, &keys, expires);
    return true;
}

static bool fetch(struct awsc_credentials *c, struct httpc *http, struct arena *arena,
                  struct slice *why)
{
    struct slice url = container_url(arena);
    *why = SLICE("no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the "
                 "profile of AWS_PROFILE in ~/.aws/credentials");
    return from_environment(c) || from_shared_file(c, arena) ||
           (slice_is_set(url) && from_container(c, http, url, arena, why));
}

struct err awsc_credentials_refresh(struct awsc_credentials *credentials, struct httpc *http,
                                    int64_t now_micros, struct arena *arena, struct slice *why)
{
    bool held = slice_is_set(credentials->keys.access_key);
    if (held &&
        (credentials->expires_micros == INT64_MAX ||
         credentials->expires_micros - now_micros > refresh_before_seconds * MICROS_PER_SECOND))
        return OK;
    if (fetch(credentials, http, arena, why))
        return OK;
    return held && credentials->expires_micros > now_micros ? OK : ERR(&AWSC_NO_CREDENTIALS);
}
