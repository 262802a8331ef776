/* The list of rules, and which call meets which. */
#include "emulator/gateway/faults.h"

#include <pthread.h>
#include <stdlib.h>

#include "emulator/core/service.h"
#include "emulator/gateway/fault_rule.h"
#include "emulator/model/shape.h"
#include "lib/base/rand.h"
#include "lib/enc/json.h"

struct faults {
    pthread_mutex_t lock; /* of the rules and their counters */
    struct fault_rule *first;
    uint64_t newest_id;
    unsigned count; /* atomic, so that a call need not take the lock to see that there is none */
};

struct faults *faults_new(void)
{
    struct faults *faults = calloc(1, sizeof *faults);
    if (!faults)
        abort();
    pthread_mutex_init(&faults->lock, NULL);
    return faults;
}

static void free_rule(struct fault_rule *rule)
{
    arena_done(&rule->arena);
    free(rule);
}

static void free_rules(struct fault_rule *rule)
{
    while (rule) {
        struct fault_rule *next = rule->next;
        free_rule(rule);
        rule = next;
    }
}

void faults_free(struct faults *faults)
{
    if (!faults)
        return;
    free_rules(faults->first);
    pthread_mutex_destroy(&faults->lock);
    free(faults);
}

static bool matches_text(struct slice wanted, struct slice given)
{
    return !slice_is_set(wanted) || slice_eq(wanted, given);
}

static bool matches_member(const struct shape *input, const void *in, struct slice name,
                           struct slice value)
{
    for (size_t i = 0; input && i < input->member_count; i++) {
        const struct member *member = &input->members[i];
        if (slice_eq(member->name, name))
            return member->shape->kind == SHAPE_STRING &&
                   slice_eq(*(const struct slice *)((const char *)in + member->offset), value);
    }
    return false;
}

static bool matches(const struct fault_rule *rule, const struct call *call, const void *in)
{
    if (!matches_text(rule->service, call->service->model->name) ||
        !matches_text(rule->operation, call->operation->name) ||
        !matches_text(rule->region, call->region) ||
        !matches_text(rule->access_key, call->caller.access_key_id))
        return false;
    for (size_t i = 0; i < rule->input_count; i++)
        if (!matches_member(call->operation->input, in, rule->input[i].name, rule->input[i].value))
            return false;
    return true;
}

/* Decided by the rule's seed and the call's number alone. */
static bool draw(const struct fault_rule *rule)
{
    static const uint64_t resolution = UINT64_C(1) << 32;
    struct rand rand = rand_seeded((uint64_t)rule->seed * 1000003 + (uint64_t)rule->matched);
    return (double)rand_below(&rand, resolution) < rule->probability * (double)resolution;
}

static bool fires(struct fault_rule *rule)
{
    rule->matched++;
    if (rule->matched <= rule->skip || (rule->count && rule->fired >= rule->count) ||
        (rule->matched - rule->skip) % rule->every != 0 || !draw(rule))
        return false;
    rule->fired++;
    return true;
}

static const struct fault *make_fault(const struct fault_rule *rule, struct arena *arena)
{
    struct fault *fault = ARENA_NEW(arena, struct fault);
    fault->info = (struct err_info){arena_cstr(arena, rule->error_code),
                                    "a fault that was asked for", (int)rule->error_status};
    return fault;
}

static void take_effect(const struct fault_rule *rule, const struct call *call,
                        struct fault_effect *effect)
{
    *effect = (struct fault_effect){.latency_micros = rule->latency_ms * 1000, .drop = rule->drop};
    if (!slice_is_set(rule->error_code))
        return;
    effect->error = make_fault(rule, call->arena);
    effect->message = slice_is_set(rule->error_message)
                          ? arena_dup(call->arena, rule->error_message)
                          : SLICE("Florin was asked for this fault");
}

bool faults_meet(struct faults *faults, const struct call *call, const void *in,
                 struct fault_effect *effect)
{
    bool met = false;
    if (!__atomic_load_n(&faults->count, __ATOMIC_ACQUIRE))
        return false;
    pthread_mutex_lock(&faults->lock);
    for (struct fault_rule *rule = faults->first; rule && !met; rule = rule->next) {
        met = matches(rule, call, in) && fires(rule);
        if (met)
            take_effect(rule, call, effect);
    }
    pthread_mutex_unlock(&faults->lock);
    return met;
}

static struct fault_rule *read_rule(struct slice json, struct arena *arena, struct slice *why)
{
    struct fault_rule *rule = calloc(1, sizeof *rule);
    if (!rule)
        abort();
    if (fault_rule_read(rule, json, arena, why))
        return rule;
    free_rule(rule);
    return NULL;
}

/* A list of the rules, in their order; NULL and `why` when one of them is wrong. */
static struct fault_rule *read_rules(struct slice json, struct arena *arena, struct slice *why)
{
    struct json_reader r;
    struct fault_rule *first = NULL;
    struct fault_rule **end = &first;
    struct slice one;
    json_reader_init(&r, json, arena);
    if (json_peek(&r) != JSON_KIND_ARRAY)
        return read_rule(json, arena, why);
    *why = SLICE("send a fault, or an array of them, as JSON");
    json_array_begin(&r);
    while (json_array_next(&r) && json_raw(&r, &one) && (*end = read_rule(one, arena, why)))
        end = &(*end)->next;
    if (first && json_finish(&r))
        return first;
    free_rules(first);
    return NULL;
}

bool faults_add(struct faults *faults, struct slice json, struct arena *arena, struct slice *why)
{
    struct fault_rule *added = read_rules(json, arena, why);
    if (!added)
        return false;
    pthread_mutex_lock(&faults->lock);
    struct fault_rule **end = &faults->first;
    while (*end)
        end = &(*end)->next;
    *end = added;
    for (; added; added = added->next) {
        added->id = ++faults->newest_id;
        __atomic_add_fetch(&faults->count, 1, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&faults->lock);
    return true;
}

static bool is_rule(const struct fault_rule *rule, struct slice id)
{
    uint64_t number;
    return !slice_is_set(id) || (slice_to_u64(id, &number) && number == rule->id);
}

bool faults_remove(struct faults *faults, struct slice id)
{
    bool found = !slice_is_set(id);
    pthread_mutex_lock(&faults->lock);
    for (struct fault_rule **at = &faults->first; *at;) {
        struct fault_rule *rule = *at;
        if (!is_rule(rule, id)) {
            at = &rule->next;
            continue;
        }
        *at = rule->next;
        free_rule(rule);
        __atomic_sub_fetch(&faults->count, 1, __ATOMIC_RELEASE);
        found = true;
    }
    pthread_mutex_unlock(&faults->lock);
    return found;
}

void faults_write(struct faults *faults, struct buf *json)
{
    struct json_writer w;
    json_writer_init(&w, json);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("faults"));
    json_write_array_begin(&w);
    pthread_mutex_lock(&faults->lock);
    for (const struct fault_rule *rule = faults->first; rule; rule = rule->next)
        fault_rule_write(rule, &w);
    pthread_mutex_unlock(&faults->lock);
    json_write_array_end(&w);
    json_write_object_end(&w);
}
