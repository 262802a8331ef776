/* redis: one command. */
#include <hiredis/hiredis.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "scenarios/runner/kind.h"
#include "scenarios/runner/worker.h"

enum { words_max = 64, reply_depth_max = 8 };

static bool parse(const struct node *spec, struct complaints *complaints)
{
    if (spec->kind == NODE_LIST && spec->count > 0 && spec->count <= words_max)
        return true;
    complain(complaints, spec, "redis takes a command as a list: [GET, key], of at most %d words",
             words_max);
    return false;
}

static const struct value *value_of(const redisReply *reply, struct arena *arena, unsigned depth)
{
    struct value *list;
    switch (reply->type) {
    case REDIS_REPLY_INTEGER:
        return value_number(arena, reply->integer);
    case REDIS_REPLY_NIL:
        return value_null(arena);
    case REDIS_REPLY_ARRAY:
        list = value_array(arena, depth < reply_depth_max ? reply->elements : 0);
        for (size_t i = 0; i < list->count; i++)
            value_put(list, i, SLICE_NONE, value_of(reply->element[i], arena, depth + 1));
        return list;
    default:
        return value_string(arena, arena_dup(arena, (struct slice){reply->str, reply->len}));
    }
}

/* "WRONGTYPE Operation against ..." */
static void read_error(const redisReply *reply, struct arena *arena, struct outcome *outcome)
{
    struct slice text = arena_dup(arena, (struct slice){reply->str, reply->len});
    struct slice rest;
    outcome->note = text;
    outcome->error_code = text;
    slice_split_once(text, ' ', &outcome->error_code, &rest);
}

static void free_reply(redisReply **reply)
{
    if (*reply)
        freeReplyObject(*reply);
}

static void send(struct worker *worker, const struct value *value, struct outcome *outcome)
{
    const char *words[words_max];
    size_t lengths[words_max];
    int64_t start = clock_monotonic_micros();
    struct redisContext *redis = worker_redis(worker, &outcome->note);
    if (!redis)
        return;
    for (size_t i = 0; i < value->count; i++) {
        struct slice word = value_to_text(value->items[i], worker->arena);
        words[i] = word.len > 0 ? word.ptr : "";
        lengths[i] = word.len;
    }
    CLEANUP(free_reply)
    redisReply *reply = redisCommandArgv(redis, (int)value->count, words, lengths);
    outcome->elapsed_micros = clock_monotonic_micros() - start;
    if (!reply) {
        outcome->note = arena_dup(worker->arena, slice_from_cstr(redis->errstr));
        worker_drop_redis(worker);
        return;
    }
    struct value *document = value_object(worker->arena, 1);
    value_put(document, 0, SLICE("reply"), value_of(reply, worker->arena, 0));
    outcome->answered = true;
    outcome->succeeded = reply->type != REDIS_REPLY_ERROR;
    outcome->document = document;
    if (!outcome->succeeded)
        read_error(reply, worker->arena, outcome);
}

const struct step_kind REDIS_KIND = {
    .name = "redis",
    .help = "a command as a list: [GET, key]; $ is {reply}",
    .service = SERVICE_REDIS,
    .parse = parse,
    .send = send,
};
