/* The check of a header signature, step by step in AWS's order. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/auth/auth.h"
#include "emulator/core/service.h"
#include "lib/base/buf.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/derive.h"
#include "lib/sigv4/verify.h"

enum { key_slots = 64, label_bytes_max = 256, message_bytes_max = 16 * 1024 };

/* A derived key costs four HMACs, and a client keeps its key for a day: so a few are kept. */
struct key_slot {
    char label[label_bytes_max]; /* secret, date, region, service */
    size_t label_len;
    unsigned char key[SIGV4_KEY_BYTES];
};

struct auth {
    struct identity_port identity;
    bool verify;
    pthread_mutex_t lock; /* guards slots */
    struct key_slot slots[key_slots];
};

/* What the steps of one check share. */
struct check {
    struct auth *auth;
    struct call *call;
    const struct auth_request *request;
    struct sigv4_authorization authorization;
    struct access_key key;
    struct slice amz_date;
    int64_t date_micros;
};

enum failure { MISSING, INCOMPLETE, UNKNOWN_KEY, MISMATCH, FAILURE_COUNT };

/* The two families of AWS's answers: JSON services, and those that grew up with the query form. */
static const struct fault json_faults[FAILURE_COUNT] = {
    [MISSING] = {.info = {"MissingAuthenticationTokenException", "unsigned", 400}, .common = true},
    [INCOMPLETE] = {.info = {"IncompleteSignatureException", "incomplete", 400},      .common = true},
    [UNKNOWN_KEY] = {.info = {"UnrecognizedClientException", "unknown key", 400},      .common = true},
    [MISMATCH] = {.info = {"InvalidSignatureException", "wrong signature", 400},    .common = true},
};
static const struct fault query_faults[FAILURE_COUNT] = {
    [MISSING] = {.info = {"MissingAuthenticationToken", "unsigned", 403},   .common = true},
    [INCOMPLETE] = {.info = {"IncompleteSignature", "incomplete", 400},        .common = true},
    [UNKNOWN_KEY] = {.info = {"InvalidClientTokenId", "unknown key", 403},      .common = true},
    [MISMATCH] = {.info = {"SignatureDoesNotMatch", "wrong signature", 403}, .common = true},
};

static const struct fault *fault_of(const struct check *c, enum failure failure)
{
    return c->call->service->query_auth_faults ? &query_faults[failure] : &json_faults[failure];
}

static struct slice header(const struct check *c, struct slice name)
{
    return http_header_find(c->request->headers, c->request->header_count, name);
}

struct auth *auth_new(struct identity_port identity, bool verify)
{
    struct auth *auth = calloc(1, sizeof *auth);
    if (!auth)
        abort();
    auth->identity = identity;
    auth->verify = verify;
    pthread_mutex_init(&auth->lock, NULL);
    return auth;
}

void auth_free(struct auth *auth)
{
    if (!auth)
        return;
    pthread_mutex_destroy(&auth->lock);
    explicit_bzero(auth, sizeof *auth);
    free(auth);
}

struct slice auth_scope_service(const struct auth_request *request)
{
    struct sigv4_authorization authorization = {0};
    struct slice text =
        http_header_find(request->headers, request->header_count, SLICE("authorization"));
    struct err ignored = sigv4_parse_authorization(text, &authorization);
    (void)ignored.info; /* a malformed header is told by auth_check */
    return authorization.scope.service;
}

/* Every part that is missing is told at once, as AWS does. */
static struct err require_parts(struct check *c, struct slice text)
{
    const struct {
        const char *name;
        struct slice value;
    } parts[] = {
        {"Credential",    c->authorization.credential    },
        {"Signature",     c->authorization.signature     },
        {"SignedHeaders", c->authorization.signed_headers},
    };
    struct buf missing;
    buf_init_arena(&missing, c->call->arena, message_bytes_max);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!slice_is_set(parts[i].value))
            buf_printf(&missing, "Authorization header requires '%s' parameter. ", parts[i].name);
    if (!slice_is_set(c->amz_date))
        buf_append_cstr(&missing, "Authorization header requires existence of either a "
                                  "'X-Amz-Date' or a 'Date' header. ");
    if (missing.len == 0)
        return OK;
    return fail(c->call, fault_of(c, INCOMPLETE), SLICE_FMT "Authorization=" SLICE_FMT,
                SLICE_ARG(buf_slice(&missing)), SLICE_ARG(slice_sub(text, 0, 200)));
}

static struct err read_date(struct check *c)
{
    if (clock_parse_amz(c->amz_date, &c->date_micros))
        return OK;
    if (clock_parse_http(c->amz_date, &c->date_micros)) {
        c->amz_date = clock_format_amz(c->call->arena, c->date_micros);
        return OK;
    }
    return fail(c->call, fault_of(c, INCOMPLETE),
                "Date must be in ISO-8601 'basic format'. Got '" SLICE_FMT
                "'. See http://en.wikipedia.org/wiki/ISO_8601",
                SLICE_ARG(c->amz_date));
}

static struct err parse(struct check *c)
{
    struct slice text = header(c, SLICE("authorization"));
    if (!slice_is_set(text))
        return fail(c->call, fault_of(c, MISSING), "Request is missing Authentication Token");
    c->amz_date = header(c, SLICE("x-amz-date"));
    if (!slice_is_set(c->amz_date))
        c->amz_date = header(c, SLICE("date"));
    struct err e = sigv4_parse_authorization(text, &c->authorization);
    TRY(require_parts(c, text));
    if (e.info == &SIGV4_BAD_CREDENTIAL)
        return fail(c->call, fault_of(c, INCOMPLETE),
                    "Credential must have exactly 5 slash-delimited elements, e.g. "
                    "keyid/date/region/service/term, got '" SLICE_FMT "'",
                    SLICE_ARG(c->authorization.credential));
    if (failed(e))
        return fail(c->call, fault_of(c, INCOMPLETE), "The Authorization header is malformed: %s",
                    e.info->text);
    return read_date(c);
}

static struct err find_key(struct check *c)
{
    const struct auth *auth = c->auth;
    bool found = auth->identity.find_key(auth->identity.context, c->authorization.access_key,
                                         c->call->arena, &c->key);
    /* Only temporary credentials come with a token, and none are given out here. */
    if (found && !slice_is_set(header(c, SLICE("x-amz-security-token"))))
        return OK;
    return fail(c->call, fault_of(c, UNKNOWN_KEY),
                "The security token included in the request is invalid.");
}

static bool is_region(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return text.len > 0 && text.len <= 64;
}

static struct err check_scope(struct check *c)
{
    const struct sigv4_scope *scope = &c->authorization.scope;
    struct slice service = c->call->service->model->signing_name;
    struct slice day = slice_sub(c->amz_date, 0, 8);
    if (!slice_eq(scope->service, service))
        return fail(c->call, fault_of(c, MISMATCH),
                    "Credential should be scoped to correct service: '" SLICE_FMT "'.",
                    SLICE_ARG(service));
    if (!is_region(scope->region))
        return fail(c->call, fault_of(c, MISMATCH),
                    "Credential should be scoped to a valid region.");
    if (!slice_eq(c->authorization.terminator, SLICE("aws4_request")))
        return fail(c->call, fault_of(c, MISMATCH),
                    "Credential should be scoped with a valid terminator: 'aws4_request', not "
                    "'" SLICE_FMT "'.",
                    SLICE_ARG(c->authorization.terminator));
    if (!slice_eq(scope->date, day))
        return fail(c->call, fault_of(c, MISMATCH),
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
                    "date from HTTP: '" SLICE_FMT "' != '" SLICE_FMT "', from '" SLICE_FMT "'.",
                    SLICE_ARG(scope->date), SLICE_ARG(day), SLICE_ARG(c->amz_date));
    return OK;
}

static struct err check_skew(struct check *c)
{
    struct arena *arena = c->call->arena;
    int64_t skew_seconds = c->call->service->skew_seconds;
    int64_t skew = skew_seconds * MICROS_PER_SECOND;
    int64_t now = c->request->now_micros;
    if (c->date_micros < now - skew)
        return fail(c->call, fault_of(c, MISMATCH),
                    "Signature expired: " SLICE_FMT " is now earlier than " SLICE_FMT " (" SLICE_FMT
                    " - %lld min.)",
                    SLICE_ARG(c->amz_date), SLICE_ARG(clock_format_amz(arena, now - skew)),
                    SLICE_ARG(clock_format_amz(arena, now)), (long long)skew_seconds / 60);
    if (c->date_micros > now + skew)
        return fail(c->call, fault_of(c, MISMATCH),
                    "Signature not yet current: " SLICE_FMT " is still later than " SLICE_FMT
                    " (" SLICE_FMT " + %lld min.)",
                    SLICE_ARG(c->amz_date), SLICE_ARG(clock_format_amz(arena, now + skew)),
                    SLICE_ARG(clock_format_amz(arena, now)), (long long)skew_seconds / 60);
    return OK;
}

static void derived_key(struct check *c, unsigned char key[SIGV4_KEY_BYTES])
{
    const struct sigv4_scope *scope = &c->authorization.scope;
    struct slice secret = c->key.secret;
    const struct slice parts[] = {secret,        SLICE("/"), scope->date,   SLICE("/"),
                                  scope->region, SLICE("/"), scope->service};
    struct slice label = arena_join(c->call->arena, parts, ARRAY_LEN(parts));
    struct key_slot *slot = &c->auth->slots[slice_hash(label) % key_slots];
    if (label.len > label_bytes_max) {
        sigv4_derive_key(secret, scope, key);
        return;
    }
    pthread_mutex_lock(&c->auth->lock);
    if (!slice_eq((struct slice){slot->label, slot->label_len}, label)) {
        sigv4_derive_key(secret, scope, slot->key);
        memcpy(slot->label, label.ptr, label.len);
        slot->label_len = label.len;
    }
    memcpy(key, slot->key, SIGV4_KEY_BYTES);
    pthread_mutex_unlock(&c->auth->lock);
}

static bool signs_host(const struct check *c)
{
    struct slice rest = c->authorization.signed_headers;
    struct slice name;
    while (slice_next(&rest, ';', &name))
        if (slice_eq(name, SLICE("host")))
            return true;
    return false;
}

static struct err check_signature(struct check *c)
{
    unsigned char key[SIGV4_KEY_BYTES];
    if (!signs_host(c))
        return fail(c->call, fault_of(c, MISMATCH),
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    const struct sigv4_request request = {
        .method = c->request->method,
        .path = c->request->path,
        .query = c->request->query,
        .headers = c->request->headers,
        .header_count = c->request->header_count,
        .payload_hash = sigv4_payload_hash(c->request->body, c->call->arena),
    };
    derived_key(c, key);
    bool holds = sigv4_verify(&request, &c->authorization, c->amz_date, key, c->call->arena);
    explicit_bzero(key, sizeof key);
    if (holds)
        return OK;
    return fail(c->call, fault_of(c, MISMATCH),
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service "
                "documentation for details.");
}

/* Without the check a request belongs to the root of the account that its key names. */
static struct err trust(struct check *c)
{
    struct identity_port *identity = &c->auth->identity;
    struct err ignored =
        sigv4_parse_authorization(header(c, SLICE("authorization")), &c->authorization);
    (void)ignored.info;
    if (!identity->find_key(identity->context, c->authorization.access_key, c->call->arena,
                            &c->key) &&
        !identity->find_key(identity->context, SLICE("test"), c->call->arena, &c->key))
        return fail(c->call, fault_of(c, UNKNOWN_KEY), "There is no root identity");
    return OK;
}

static struct err verify(struct check *c)
{
    TRY(parse(c));
    TRY(find_key(c));
    TRY(check_scope(c));
    TRY(check_skew(c));
    return check_signature(c);
}

struct err auth_check(struct auth *auth, struct call *call, const struct auth_request *request)
{
    struct check c = {.auth = auth, .call = call, .request = request};
    struct err e = auth->verify ? verify(&c) : trust(&c);
    if (is_region(c.authorization.scope.region))
        call->region = c.authorization.scope.region;
    call->caller.access_key_id = c.authorization.access_key;
    TRY(e);
    call->caller = c.key.owner;
    call->account = c.key.owner.account;
    return OK;
}
