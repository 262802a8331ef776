/* Sessions on DynamoDB: each function is one call. */
#include "api/adapters/aws/sessions.h"

#include "api/adapters/aws/session_item.h"
#include "api/auth/fault.h"
#include "lib/base/attributes.h"

enum { request_bytes_max = 16 * 1024, listed_max = 100 };

#define CONDITION_FAILED SLICE("ConditionalCheckFailedException")

/* A request in the making: {"TableName": ..., and what the caller adds. */
struct request {
    struct buf text;
    struct json_writer w;
};

static void begin(struct request *request, const struct aws_sessions *sessions, struct arena *arena)
{
    buf_init_arena(&request->text, arena, request_bytes_max);
    json_writer_init(&request->w, &request->text);
    json_write_object_begin(&request->w);
    json_write_key(&request->w, SLICE("TableName"));
    json_write_string(&request->w, sessions->table);
}

static void add_key(struct request *request, struct arena *arena, const char *prefix,
                    struct slice id)
{
    json_write_key(&request->w, SLICE("Key"));
    attribute_key(&request->w, arena, prefix, id);
}

static void add_text(struct request *request, const char *key, const char *value)
{
    json_write_key(&request->w, slice_from_cstr(key));
    json_write_string(&request->w, slice_from_cstr(value));
}

/* "ExpressionAttributeNames": {"#status": "status", "#user": "user"} as far as they are used. */
static void add_name(struct request *request, const char *placeholder, const char *name)
{
    json_write_key(&request->w, SLICE("ExpressionAttributeNames"));
    json_write_object_begin(&request->w);
    add_text(request, placeholder, name);
    json_write_object_end(&request->w);
}

static struct json_writer *open_values(struct request *request)
{
    json_write_key(&request->w, SLICE("ExpressionAttributeValues"));
    json_write_object_begin(&request->w);
    return &request->w;
}

static void close_values(struct request *request)
{
    json_write_object_end(&request->w);
}

static struct err call(const struct aws_sessions *sessions, const char *operation,
                       struct request *request, struct arena *arena, struct awsc_response *response,
                       bool *condition_failed)
{
    json_write_object_end(&request->w);
    struct err result = aws_call(sessions->clients, SLICE("dynamodb"), slice_from_cstr(operation),
                                 buf_slice(&request->text),
                                 condition_failed ? CONDITION_FAILED : SLICE_NONE, arena, response);
    bool unmet = failed(result) && slice_eq(response->error_code, CONDITION_FAILED);
    if (condition_failed)
        *condition_failed = unmet;
    return failed(result) && !(unmet && condition_failed) ? ERR(&SESSION_STORE_UNAVAILABLE) : OK;
}

/* The member of the answer that holds an item; NOT_FOUND where there is none. */
static struct err read_item(struct slice body, const char *member, struct arena *arena,
                            struct session *session)
{
    struct json_reader r;
    struct slice key;
    bool found = false;
    json_reader_init(&r, body, arena);
    if (json_object_begin(&r))
        while (json_object_next(&r, &key)) {
            if (!slice_eq_cstr(key, member))
                json_skip(&r);
            else if (json_peek(&r) == JSON_KIND_OBJECT && session_item_read(&r, arena, session))
                found = true;
            else
                return ERR(&SESSION_STORE_UNAVAILABLE);
        }
    return found ? OK : ERR(&NOT_FOUND);
}

static struct err get_item(const struct aws_sessions *sessions, struct slice id, bool consistent,
                           struct arena *arena, struct slice *body)
{
    struct request request;
    struct awsc_response response;
    begin(&request, sessions, arena);
    add_key(&request, arena, "SESS#", id);
    json_write_key(&request.w, SLICE("ConsistentRead"));
    json_write_bool(&request.w, consistent);
    TRY(call(sessions, "GetItem", &request, arena, &response, NULL));
    *body = response.body;
    return OK;
}

static struct err get_consistent(void *context, struct slice id, struct arena *arena,
                                 struct slice *body)
{
    return get_item(context, id, true, arena, body);
}

static struct err get(void *context, struct slice id, bool consistent, struct arena *arena,
                      struct session *session)
{
    const struct aws_sessions *sessions = context;
    struct slice body;
    if (consistent)
        TRY(shared_reads_get(sessions->reads, id, get_consistent, context, arena, &body));
    else
        TRY(get_item(sessions, id, false, arena, &body));
    return read_item(body, "Item", arena, session);
}

/* {"Item": {"epoch": {"N": "3"}}}; a user without an item has the epoch 0. */
static struct err read_epoch(struct slice body, struct arena *arena, int64_t *epoch)
{
    struct json_reader r;
    struct slice member;
    struct slice text = SLICE("0");
    json_reader_init(&r, body, arena);
    json_object_begin(&r);
    for (int level = 0; level < 3 && json_object_next(&r, &member); level++) {
        if (level < 2)
            json_object_begin(&r);
        else
            json_string(&r, &text);
    }
    return !r.failed && slice_to_i64(text, epoch) ? OK : ERR(&SESSION_STORE_UNAVAILABLE);
}

static struct err user_epoch(void *context, struct slice user, int64_t *epoch)
{
    const struct aws_sessions *sessions = context;
    struct arena arena = {0};
    struct request request;
    struct awsc_response response;
    begin(&request, sessions, &arena);
    add_key(&request, &arena, "USER#", user);
    add_text(&request, "ProjectionExpression", "epoch");
    json_write_key(&request.w, SLICE("ConsistentRead"));
    json_write_bool(&request.w, true);
    struct err result = call(sessions, "GetItem", &request, &arena, &response, NULL);
    if (!failed(result))
        result = read_epoch(response.body, &arena, epoch);
    arena_done(&arena);
    return result;
}

static struct err create(void *context, const struct session *session)
{
    const struct aws_sessions *sessions = context;
    struct arena arena = {0};
    struct request request;
    struct awsc_response response;
    begin(&request, sessions, &arena);
    json_write_key(&request.w, SLICE("Item"));
    session_item_write(&request.w, &arena, session);
    struct err result = call(sessions, "PutItem", &request, &arena, &response, NULL);
    arena_done(&arena);
    return result;
}

static struct err touch(void *context, const struct session *session, int64_t now)
{
    const struct aws_sessions *sessions = context;
    struct arena arena = {0};
    struct request request;
    struct awsc_response response;
    bool ended;
    begin(&request, sessions, &arena);
    add_key(&request, &arena, "SESS#", session->id);
    add_text(&request, "UpdateExpression", "SET last_seen = :now, idle_exp = :idle");
    add_text(&request, "ConditionExpression", "#status = :active");
    add_name(&request, "#status", "status");
    struct json_writer *w = open_values(&request);
    attribute_number(w, ":now", &arena, now);
    attribute_number(w, ":idle", &arena, session_next_idle(session, now));
    attribute_text(w, ":active", SLICE("active"));
    close_values(&request);
    struct err result = call(sessions, "UpdateItem", &request, &arena, &response, &ended);
    arena_done(&arena);
    TRY(result);
    return ended ? ERR(&SESSION_REVOKED) : OK;
}

static struct slice hash_slice(const struct token_hash *hash)
{
    return (struct slice){(const char *)hash->bytes, sizeof hash->bytes};
}

static struct err rotate(void *context, const struct token *presented,
                         const struct token_pair *next, struct slice sealed_next, int64_t now,
                         struct arena *arena, bool *rotated, struct session *session)
{
    const struct aws_sessions *sessions = context;
    struct token_hash presented_hash = token_hash(&presented->secret);
    struct token_hash refresh = token_hash(&next->refresh);
    struct token_hash access = token_hash(&next->access);
    struct request request;
    struct awsc_response response;
    bool unmet;
    begin(&request, sessions, arena);
    add_key(&request, arena, "SESS#", presented->session);
    add_text(&request, "ConditionExpression",
             "#status = :active AND rt_hash = :presented AND rt_gen = :gen AND abs_exp > :now "
             "AND idle_exp > :now");
    add_text(&request, "UpdateExpression",
             "SET rt_prev_hash = rt_hash, rt_hash = :refresh, rt_gen = rt_gen + :one, "
             "access_hash = :access, access_exp = :access_exp, grace_until = :grace, "
             "successor_enc = :successor, idle_exp = :idle, last_seen = :now, ver = ver + :one");
    add_text(&request, "ReturnValues", "ALL_NEW");
    add_text(&request, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
    add_name(&request, "#status", "status");
    struct json_writer *w = open_values(&request);
    attribute_text(w, ":active", SLICE("active"));
    attribute_bytes(w, ":presented", arena, hash_slice(&presented_hash));
    attribute_number(w, ":gen", arena, presented->generation);
    attribute_number(w, ":now", arena, now);
    attribute_number(w, ":one", arena, 1);
    attribute_bytes(w, ":refresh", arena, hash_slice(&refresh));
    attribute_bytes(w, ":access", arena, hash_slice(&access));
    attribute_number(w, ":access_exp", arena, now + SESSION_ACCESS_SECONDS);
    attribute_number(w, ":grace", arena, now + SESSION_GRACE_SECONDS);
    attribute_bytes(w, ":successor", arena, sealed_next);
    attribute_number(w, ":idle", arena, now + SESSION_IDLE_SECONDS);
    close_values(&request);
    TRY(call(sessions, "UpdateItem", &request, arena, &response, &unmet));
    *rotated = !unmet;
    return read_item(response.body, unmet ? "Item" : "Attributes", arena, session);
}

static struct err revoke(void *context, struct slice id, int64_t now)
{
    const struct aws_sessions *sessions = context;
    struct arena arena = {0};
    struct request request;
    struct awsc_response response;
    bool absent;
    begin(&request, sessions, &arena);
    add_key(&request, &arena, "SESS#", id);
    add_text(&request, "UpdateExpression",
             "SET #status = :revoked, revoked_at = :now, ver = ver + :one");
    add_text(&request, "ConditionExpression", "attribute_exists(pk)");
    add_name(&request, "#status", "status");
    struct json_writer *w = open_values(&request);
    attribute_text(w, ":revoked", SLICE("revoked"));
    attribute_number(w, ":now", &arena, now);
    attribute_number(w, ":one", &arena, 1);
    close_values(&request);
    struct err result = call(sessions, "UpdateItem", &request, &arena, &response, &absent);
    arena_done(&arena);
    return result;
}

static struct err read_items(struct slice body, struct arena *arena, struct session_list *list)
{
    struct session *items = ARENA_ARRAY(arena, struct session, listed_max);
    struct json_reader r;
    struct slice key;
    *list = (struct session_list){.items = items};
    json_reader_init(&r, body, arena);
    if (json_object_begin(&r))
        while (json_object_next(&r, &key)) {
            if (!slice_eq(key, SLICE("Items"))) {
                json_skip(&r);
                continue;
            }
            json_array_begin(&r);
            while (list->count < listed_max && json_array_next(&r))
                if (!session_item_read(&r, arena, &items[list->count++]))
                    return ERR(&SESSION_STORE_UNAVAILABLE);
        }
    return r.failed ? ERR(&SESSION_STORE_UNAVAILABLE) : OK;
}

static struct err list(void *context, struct slice user, struct arena *arena,
                       struct session_list *found)
{
    const struct aws_sessions *sessions = context;
    struct request request;
    struct awsc_response response;
    begin(&request, sessions, arena);
    add_text(&request, "IndexName", SESSION_INDEX);
    add_text(&request, "KeyConditionExpression", "#user = :user");
    add_name(&request, "#user", "user");
    struct json_writer *w = open_values(&request);
    attribute_text(w, ":user", user);
    close_values(&request);
    json_write_key(&request.w, SLICE("ScanIndexForward"));
    json_write_bool(&request.w, false);
    json_write_key(&request.w, SLICE("Limit"));
    json_write_i64(&request.w, listed_max);
    TRY(call(sessions, "Query", &request, arena, &response, NULL));
    return read_items(response.body, arena, found);
}

struct session_store aws_session_store(struct aws_sessions *sessions)
{
    return (struct session_store){
        .context = sessions,
        .user_epoch = user_epoch,
        .create = create,
        .get = get,
        .touch = touch,
        .rotate = rotate,
        .revoke = revoke,
        .list = list,
    };
}
