#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "api/auth/fault.h"
#include "api/auth/role.h"
#include "api/http/front.h"

enum { now_seconds = 1795364421 };

static struct err handle(struct call *call)
{
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    write_text(&w, "user", call->actor.user);
    write_text(&w, "key", call->key);
    json_write_object_end(&w);
    return OK;
}

static const struct route routes[] = {
    {"GET",  "/open",  handle, 0,          ROUTE_PUBLIC,                   "open" },
    {"GET",  "/read",  handle, ROLE_OWNER, 0,                              "read" },
    {"GET",  "/admin", handle, ROLE_ADMIN, 0,                              "admin"},
    {"POST", "/money", handle, ROLE_OWNER, ROUTE_MONEY | ROUTE_IDEMPOTENT, "money"},
};

/* A session store with one session; its context counts what was asked of it. */
struct fake_sessions {
    struct session session;
    struct token_pair pair;
    int consistent_reads;
    int touches;
    bool down;
};

static struct err fake_get(void *context, struct slice id, bool consistent, struct arena *arena,
                           struct session *session)
{
    (void)arena;
    struct fake_sessions *fake = context;
    if (fake->down)
        return ERR(&SESSION_STORE_UNAVAILABLE);
    fake->consistent_reads += consistent;
    *session = fake->session;
    return slice_eq(id, fake->session.id) ? OK : ERR(&NOT_FOUND);
}

static struct err fake_touch(void *context, const struct session *session, int64_t now)
{
    (void)session, (void)now;
    ((struct fake_sessions *)context)->touches++;
    return OK;
}

struct fixture {
    struct arena arena;
    struct rand rand;
    struct clock clock;
    struct log log;
    struct metrics metrics;
    atomic_bool draining;
    struct fake_sessions fake;
    struct session_store sessions;
    struct front front;
    struct http_header headers[8];
    struct http_request request;
    struct http_response response;
};

static void init(struct fixture *f)
{
    *f = (struct fixture){.rand = rand_system(),
                          .clock = clock_fixed(now_seconds * MICROS_PER_SECOND)};
    f->log = (struct log){.fd = open("/dev/null", O_WRONLY), .clock = &f->clock, .program = "t"};
    f->fake.pair = (struct token_pair){token_new_secret(&f->rand), token_new_secret(&f->rand)};
    f->fake.session = session_begin(SLICE("ses_1"), SLICE("usr_1"), SLICE("ten_1"), SLICE("owner"),
                                    0, &f->fake.pair, now_seconds - 5);
    f->sessions = (struct session_store){.context = &f->fake, .get = fake_get, .touch = fake_touch};
    f->front = (struct front){.routes = routes,
                              .route_count = ARRAY_LEN(routes),
                              .sessions = &f->sessions,
                              .clock = &f->clock,
                              .rand = &f->rand,
                              .log = &f->log,
                              .metrics = &f->metrics,
                              .draining = &f->draining};
}

static void done(struct fixture *f)
{
    close(f->log.fd);
    arena_done(&f->arena);
}

static void header(struct fixture *f, const char *name, const char *value)
{
    f->headers[f->request.header_count++] =
        (struct http_header){slice_from_cstr(name), slice_from_cstr(value)};
}

static const char *token_header(struct fixture *f)
{
    struct slice token = token_write_access(&f->arena, SLICE("ses_1"), &f->fake.pair.access);
    return arena_printf(&f->arena, "Bearer " SLICE_FMT, SLICE_ARG(token)).ptr;
}

static int send_one(struct fixture *f, const char *method, const char *path, const char *body)
{
    f->request.method = slice_from_cstr(method);
    f->request.target = f->request.path = slice_from_cstr(path);
    f->request.body = slice_from_cstr(body);
    f->request.headers = f->headers;
    f->request.arena = &f->arena;
    f->response = (struct http_response){0};
    front_handle(&f->front, &f->request, &f->response);
    f->request.header_count = 0;
    return f->response.status;
}

static struct slice reply_header(const struct fixture *f, const char *name)
{
    return http_header_find(f->response.headers, f->response.header_count, slice_from_cstr(name));
}

static bool says(const struct fixture *f, const char *text)
{
    return slice_contains(f->response.body, slice_from_cstr(text));
}

Test(front, every_reply_names_its_request_its_trace_and_the_version)
{
    struct fixture f;
    init(&f);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(send_one(&f, "GET", i ? "/nothing" : "/open", NULL), i ? 404 : 200);
        cr_expect(slice_starts_with(reply_header(&f, "X-Request-Id"), SLICE("req_")));
        cr_expect_eq(reply_header(&f, "traceparent").len, 55);
        cr_expect(slice_eq(reply_header(&f, "API-Version"), SLICE("2026-11-22")));
    }
    done(&f);
}

Test(front, asks_for_a_token_where_the_route_is_not_public)
{
    struct fixture f;
    init(&f);
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 401);
    cr_expect(slice_eq(reply_header(&f, "WWW-Authenticate"), SLICE("Bearer")));
    header(&f, "Authorization", "Basic dGVzdA==");
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 401);
    header(&f, "Authorization", "Bearer ses_2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 401);
    header(&f, "Authorization", "Bearer ses_1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 401);
    header(&f, "Authorization", token_header(&f));
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 200);
    cr_expect(says(&f, "usr_1"));
    done(&f);
}

Test(front, fails_closed_when_sessions_cannot_be_read)
{
    struct fixture f;
    init(&f);
    f.fake.down = true;
    header(&f, "Authorization", token_header(&f));
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 503);
    cr_expect(says(&f, "session_store_unavailable"));
    cr_expect(says(&f, "\"retryable\":true"));
    done(&f);
}

Test(front, reads_the_session_consistently_where_money_moves)
{
    struct fixture f;
    init(&f);
    header(&f, "Authorization", token_header(&f));
    send_one(&f, "GET", "/read", NULL);
    cr_expect_eq(f.fake.consistent_reads, 0);
    header(&f, "Authorization", token_header(&f));
    header(&f, "Idempotency-Key", "k");
    cr_expect_eq(send_one(&f, "POST", "/money", NULL), 200);
    cr_expect_eq(f.fake.consistent_reads, 1);
    cr_expect_eq(f.fake.touches, 0);
    done(&f);
}

Test(front, notes_that_a_session_was_seen_at_most_once_a_minute)
{
    struct fixture f;
    init(&f);
    f.fake.session.last_seen = now_seconds - 60;
    header(&f, "Authorization", token_header(&f));
    cr_expect_eq(send_one(&f, "GET", "/read", NULL), 200);
    cr_expect_eq(f.fake.touches, 1);
    done(&f);
}

Test(front, a_role_that_the_route_does_not_name_is_forbidden)
{
    struct fixture f;
    init(&f);
    header(&f, "Authorization", token_header(&f));
    cr_expect_eq(send_one(&f, "GET", "/admin", NULL), 403);
    done(&f);
}

Test(front, money_needs_a_printable_idempotency_key)
{
    char long_key[300];
    struct fixture f;
    init(&f);
    header(&f, "Authorization", token_header(&f));
    cr_expect_eq(send_one(&f, "POST", "/money", NULL), 400);
    cr_expect(says(&f, "missing_idempotency_key"));
    memset(long_key, 'k', sizeof long_key);
    long_key[256] = '\0';
    const char *const bad[] = {"", "a\tb", "caf\xc3\xa9", long_key};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        header(&f, "Authorization", token_header(&f));
        header(&f, "Idempotency-Key", bad[i]);
        cr_expect_eq(send_one(&f, "POST", "/money", NULL), 400);
        cr_expect(says(&f, "invalid_idempotency_key"), "%s", bad[i]);
    }
    long_key[255] = '\0';
    header(&f, "Authorization", token_header(&f));
    header(&f, "Idempotency-Key", long_key);
    cr_expect_eq(send_one(&f, "POST", "/money", NULL), 200);
    done(&f);
}

Test(front, refuses_other_media_types_versions_and_methods)
{
    struct fixture f;
    init(&f);
    header(&f, "Accept", "text/html, image/*;q=0.5");
    cr_expect_eq(send_one(&f, "GET", "/open", NULL), 406);
    header(&f, "Accept", "text/html, application/*;q=0.5");
    cr_expect_eq(send_one(&f, "GET", "/open", NULL), 200);
    header(&f, "Content-Type", "text/plain");
    cr_expect_eq(send_one(&f, "GET", "/open", "{}"), 415);
    cr_expect_eq(send_one(&f, "GET", "/open", "{}"), 415);
    header(&f, "Content-Type", "application/json; charset=utf-8");
    cr_expect_eq(send_one(&f, "GET", "/open", "{}"), 200);
    header(&f, "Content-Type", "application/json");
    header(&f, "Content-Encoding", "gzip");
    cr_expect_eq(send_one(&f, "GET", "/open", "{}"), 415);
    header(&f, "API-Version", "2020-01-01");
    cr_expect_eq(send_one(&f, "GET", "/open", NULL), 400);
    cr_expect_eq(send_one(&f, "PUT", "/open", NULL), 405);
    cr_expect(slice_eq(reply_header(&f, "Allow"), SLICE("GET")));
    done(&f);
}

Test(front, answers_what_the_server_refused_in_its_own_form)
{
    static const struct {
        enum http_refusal refusal;
        int status;
    } refusals[] = {
        {HTTP_REFUSED_MALFORMED,        400},
        {HTTP_REFUSED_TOO_MANY_HEADERS, 431},
        {HTTP_REFUSED_BODY_TOO_LARGE,   413},
        {HTTP_REFUSED_OVERLOADED,       503},
    };
    struct fixture f;
    init(&f);
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        f.request.refusal = refusals[i].refusal;
        cr_expect_eq(send_one(&f, "GET", "/open", NULL), refusals[i].status);
        cr_expect(slice_eq(reply_header(&f, "Content-Type"), SLICE("application/problem+json")));
    }
    done(&f);
}

Test(front, closes_connections_while_it_drains)
{
    struct fixture f;
    init(&f);
    cr_expect_eq(send_one(&f, "GET", "/open", NULL), 200);
    cr_expect_not(f.response.close);
    f.draining = true;
    cr_expect_eq(send_one(&f, "GET", "/open", NULL), 200);
    cr_expect(f.response.close);
    done(&f);
}
