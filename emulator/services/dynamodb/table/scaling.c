/* Auto scaling settings as values, and as JSON. */
#include "emulator/services/dynamodb/table/scaling.h"

#include <stdlib.h>

static const struct slice reads_key = SLICE_INIT("scaledReads");
static const struct slice writes_key = SLICE_INIT("scaledWrites");

bool ddb_is_scaled(const struct ddb_scaling *scaling)
{
    return scaling && slice_is_set(scaling->policy_name);
}

static void write_number(struct json_writer *w, struct slice key, struct opt_i64 number)
{
    if (!number.is_set)
        return;
    json_write_key(w, key);
    json_write_i64(w, number.value);
}

static void write_policy(struct json_writer *w, const struct ddb_scaling *scaling)
{
    json_write_key(w, SLICE("policy"));
    json_write_string(w, scaling->policy_name);
    json_write_key(w, SLICE("target"));
    json_write_double(w, scaling->target_percent.value);
    write_number(w, SLICE("in"), scaling->in_cooldown_seconds);
    write_number(w, SLICE("out"), scaling->out_cooldown_seconds);
    if (!scaling->only_out.is_set)
        return;
    json_write_key(w, SLICE("onlyOut"));
    json_write_bool(w, scaling->only_out.value);
}

static void write_scaling(struct json_writer *w, struct slice key,
                          const struct ddb_scaling *scaling)
{
    if (!scaling)
        return;
    json_write_key(w, key);
    json_write_object_begin(w);
    write_number(w, SLICE("least"), SET_I64(scaling->minimum_units));
    write_number(w, SLICE("most"), SET_I64(scaling->maximum_units));
    json_write_key(w, SLICE("role"));
    json_write_string(w, scaling->role_arn);
    if (ddb_is_scaled(scaling))
        write_policy(w, scaling);
    json_write_object_end(w);
}

void ddb_scalings_write(struct json_writer *w, const struct ddb_scalings *scalings)
{
    write_scaling(w, reads_key, scalings->reads);
    write_scaling(w, writes_key, scalings->writes);
}

static struct opt_i64 read_number(struct json_reader *r)
{
    struct slice text;
    struct opt_i64 number = {.is_set = true};
    if (json_number(r, &text) && !slice_to_i64(text, &number.value))
        json_reject(r);
    return number;
}

static struct opt_double read_double(struct json_reader *r, struct arena *arena)
{
    struct slice text = SLICE("0");
    json_number(r, &text);
    return SET_DOUBLE(strtod(arena_cstr(arena, text), NULL));
}

static struct opt_bool read_flag(struct json_reader *r)
{
    struct opt_bool flag = {.is_set = true};
    json_bool(r, &flag.value);
    return flag;
}

static void read_member(struct json_reader *r, struct arena *arena, struct slice key,
                        struct ddb_scaling *scaling)
{
    if (slice_eq(key, SLICE("least")))
        scaling->minimum_units = read_number(r).value;
    else if (slice_eq(key, SLICE("most")))
        scaling->maximum_units = read_number(r).value;
    else if (slice_eq(key, SLICE("role")))
        json_string(r, &scaling->role_arn);
    else if (slice_eq(key, SLICE("policy")))
        json_string(r, &scaling->policy_name);
    else if (slice_eq(key, SLICE("target")))
        scaling->target_percent = read_double(r, arena);
    else if (slice_eq(key, SLICE("in")))
        scaling->in_cooldown_seconds = read_number(r);
    else if (slice_eq(key, SLICE("out")))
        scaling->out_cooldown_seconds = read_number(r);
    else if (slice_eq(key, SLICE("onlyOut")))
        scaling->only_out = read_flag(r);
    else
        json_skip(r);
}

bool ddb_scalings_read(struct json_reader *r, struct arena *arena, struct slice key,
                       struct ddb_scalings *scalings)
{
    bool reads = slice_eq(key, reads_key);
    if (!reads && !slice_eq(key, writes_key))
        return false;
    struct ddb_scaling *scaling = ARENA_NEW(arena, struct ddb_scaling);
    json_object_begin(r);
    while (json_object_next(r, &key))
        read_member(r, arena, key, scaling);
    *(reads ? &scalings->reads : &scalings->writes) = scaling;
    return true;
}
