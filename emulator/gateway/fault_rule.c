/* A rule's members as a table: what reads them and what writes them walk it. */
#include "emulator/gateway/fault_rule.h"

#include <stdlib.h>

#include "lib/base/attributes.h"
#include "lib/enc/json.h"

enum kind { TEXT, COUNT, FRACTION, DROP, INPUT, ERROR };

struct rule_member {
    struct slice name;
    enum kind kind;
    size_t offset;
    int64_t least;
    int64_t most;
    const char *form; /* what it must be, for the message */
};

#define AT(field) offsetof(struct fault_rule, field)

static const int64_t number_max = INT64_C(1000000000000);
enum { latency_ms_max = 10 * 60 * 1000 };

static const struct rule_member rule_members[] = {
    {SLICE_INIT("service"),     TEXT,     AT(service),     0, 0,              "a text"                 },
    {SLICE_INIT("operation"),   TEXT,     AT(operation),   0, 0,              "a text"                 },
    {SLICE_INIT("region"),      TEXT,     AT(region),      0, 0,              "a text"                 },
    {SLICE_INIT("accessKey"),   TEXT,     AT(access_key),  0, 0,              "a text"                 },
    {SLICE_INIT("input"),       INPUT,    0,               0, 0,
     "an object of up to 4 texts, such as {\"TableName\": \"sessions\"}"                               },
    {SLICE_INIT("skip"),        COUNT,    AT(skip),        0, number_max,     "a whole number from 0"  },
    {SLICE_INIT("every"),       COUNT,    AT(every),       1, number_max,     "a whole number from 1"  },
    {SLICE_INIT("count"),       COUNT,    AT(count),       1, number_max,     "a whole number from 1"  },
    {SLICE_INIT("probability"), FRACTION, AT(probability), 0, 0,              "a number from 0 to 1"   },
    {SLICE_INIT("seed"),        COUNT,    AT(seed),        0, number_max,     "a whole number from 0"  },
    {SLICE_INIT("error"),       ERROR,    0,               0, 0,
     "an object with code, and if wanted status (400 to 599) and message"                              },
    {SLICE_INIT("latencyMs"),   COUNT,    AT(latency_ms),  1, latency_ms_max,
     "a whole number from 1 to 600000"                                                                 },
    {SLICE_INIT("drop"),        DROP,     AT(drop),        0, 0,              "\"before\" or \"after\""},
};

static const struct rule_member error_members[] = {
    {SLICE_INIT("code"),    TEXT,  AT(error_code),    0,   0,   "a text"                        },
    {SLICE_INIT("status"),  COUNT, AT(error_status),  400, 599, "a whole number from 400 to 599"},
    {SLICE_INIT("message"), TEXT,  AT(error_message), 0,   0,   "a text"                        },
};

static const struct slice drop_names[] = {
    [DROP_NEVER] = SLICE_INIT(""),
    [DROP_BEFORE] = SLICE_INIT("before"),
    [DROP_AFTER] = SLICE_INIT("after"),
};

static bool read_text(struct json_reader *r, struct fault_rule *rule, struct slice *to)
{
    struct slice text;
    if (!json_string(r, &text) || text.len == 0)
        return false;
    *to = arena_dup(&rule->arena, text);
    return true;
}

static bool read_count(struct json_reader *r, const struct rule_member *member, int64_t *to)
{
    struct slice text;
    return json_number(r, &text) && slice_to_i64(text, to) && *to >= member->least &&
           *to <= member->most;
}

static bool read_fraction(struct json_reader *r, double *to)
{
    struct slice text;
    if (!json_number(r, &text))
        return false;
    *to = strtod(arena_cstr(r->arena, text), NULL);
    return *to >= 0 && *to <= 1;
}

static bool read_drop(struct json_reader *r, enum fault_drop *to)
{
    struct slice text;
    if (!json_string(r, &text))
        return false;
    for (size_t i = DROP_BEFORE; i < ARRAY_LEN(drop_names); i++)
        if (slice_eq(text, drop_names[i])) {
            *to = (enum fault_drop)i;
            return true;
        }
    return false;
}

static bool read_input(struct json_reader *r, struct fault_rule *rule)
{
    struct slice name;
    if (!json_object_begin(r))
        return false;
    while (json_object_next(r, &name)) {
        if (rule->input_count == fault_input_members_max)
            return false;
        size_t at = rule->input_count++;
        rule->input[at].name = arena_dup(&rule->arena, name);
        if (!read_text(r, rule, &rule->input[at].value))
            return false;
    }
    return !r->failed;
}

static bool read_members(struct json_reader *r, struct fault_rule *rule,
                         const struct rule_member *members, size_t count, struct slice *why);

static bool read_member(struct json_reader *r, struct fault_rule *rule,
                        const struct rule_member *member, struct slice *why)
{
    void *to = (char *)rule + member->offset;
    switch (member->kind) {
    case TEXT:
        return read_text(r, rule, to);
    case COUNT:
        return read_count(r, member, to);
    case FRACTION:
        return read_fraction(r, to);
    case DROP:
        return read_drop(r, to);
    case INPUT:
        return read_input(r, rule);
    case ERROR:
        return json_peek(r) == JSON_KIND_OBJECT &&
               read_members(r, rule, error_members, ARRAY_LEN(error_members), why) &&
               slice_is_set(rule->error_code);
    }
    return false;
}

static const struct rule_member *find(const struct rule_member *members, size_t count,
                                      struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq(members[i].name, name))
            return &members[i];
    return NULL;
}

static bool refuse(struct json_reader *r, struct slice *why, struct slice words)
{
    if (!slice_is_set(*why)) /* the innermost reason is the best */
        *why = words;
    return json_reject(r);
}

static bool read_members(struct json_reader *r, struct fault_rule *rule,
                         const struct rule_member *members, size_t count, struct slice *why)
{
    struct slice name;
    if (!json_object_begin(r))
        return refuse(r, why, SLICE("a fault is a JSON object"));
    while (json_object_next(r, &name)) {
        const struct rule_member *member = find(members, count, name);
        if (!member)
            return refuse(
                r, why,
                arena_printf(r->arena, "a fault has no member '" SLICE_FMT "'", SLICE_ARG(name)));
        if (!read_member(r, rule, member, why))
            return refuse(r, why,
                          arena_printf(r->arena, SLICE_FMT " must be %s", SLICE_ARG(member->name),
                                       member->form));
    }
    return !r->failed;
}

bool fault_rule_read(struct fault_rule *rule, struct slice json, struct arena *arena,
                     struct slice *why)
{
    struct json_reader r;
    *why = SLICE_NONE;
    *rule = (struct fault_rule){
        .every = 1, .probability = 1, .seed = 1, .error_status = 400, .arena = rule->arena};
    json_reader_init(&r, json, arena);
    if (!read_members(&r, rule, rule_members, ARRAY_LEN(rule_members), why) || !json_finish(&r))
        return refuse(&r, why, SLICE("a fault is a JSON object"));
    if (slice_is_set(rule->error_code) || rule->latency_ms || rule->drop)
        return true;
    return refuse(&r, why, SLICE("a fault needs an effect: error, latencyMs or drop"));
}

static void write_member(const struct fault_rule *rule, const struct rule_member *member,
                         struct json_writer *w);

static void write_members(const struct fault_rule *rule, const struct rule_member *members,
                          size_t count, struct json_writer *w)
{
    for (size_t i = 0; i < count; i++)
        write_member(rule, &members[i], w);
}

static void write_text(struct json_writer *w, struct slice name, struct slice value)
{
    if (!slice_is_set(value))
        return;
    json_write_key(w, name);
    json_write_string(w, value);
}

static void write_input(const struct fault_rule *rule, struct slice name, struct json_writer *w)
{
    if (!rule->input_count)
        return;
    json_write_key(w, name);
    json_write_object_begin(w);
    for (size_t i = 0; i < rule->input_count; i++)
        write_text(w, rule->input[i].name, rule->input[i].value);
    json_write_object_end(w);
}

static void write_error(const struct fault_rule *rule, struct slice name, struct json_writer *w)
{
    if (!slice_is_set(rule->error_code))
        return;
    json_write_key(w, name);
    json_write_object_begin(w);
    write_members(rule, error_members, ARRAY_LEN(error_members), w);
    json_write_object_end(w);
}

static void write_member(const struct fault_rule *rule, const struct rule_member *member,
                         struct json_writer *w)
{
    const void *from = (const char *)rule + member->offset;
    switch (member->kind) {
    case TEXT:
        write_text(w, member->name, *(const struct slice *)from);
        break;
    case COUNT:
        if (*(const int64_t *)from < member->least) /* not given */
            break;
        json_write_key(w, member->name);
        json_write_i64(w, *(const int64_t *)from);
        break;
    case FRACTION:
        json_write_key(w, member->name);
        json_write_double(w, *(const double *)from);
        break;
    case DROP:
        if (rule->drop != DROP_NEVER)
            write_text(w, member->name, drop_names[rule->drop]);
        break;
    case INPUT:
        write_input(rule, member->name, w);
        break;
    case ERROR:
        write_error(rule, member->name, w);
        break;
    }
}

void fault_rule_write(const struct fault_rule *rule, struct json_writer *w)
{
    json_write_object_begin(w);
    json_write_key(w, SLICE("id"));
    json_write_i64(w, (int64_t)rule->id);
    write_members(rule, rule_members, ARRAY_LEN(rule_members), w);
    json_write_key(w, SLICE("matched"));
    json_write_i64(w, rule->matched);
    json_write_key(w, SLICE("fired"));
    json_write_i64(w, rule->fired);
    json_write_object_end(w);
}
