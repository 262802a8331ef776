/* Bodies and queries through field tables. */
#include "api/http/fields.h"

#include <string.h>

#include "api/http/fault.h"
#include "api/http/metadata.h"
#include "api/ledger/money.h"
#include "lib/base/clock.h"
#include "lib/enc/uri.h"

enum { fields_max = 32, id_bytes_max = 64 };

/* One table being read: which members were seen, and where the values go. */
struct reading {
    struct call *call;
    const struct field *fields;
    size_t count;
    char *out;
    bool seen[fields_max];
    const struct err_info *unknown;
    const struct err_info *invalid;
};

static void put_slice(const struct reading *r, const struct field *field, struct slice value)
{
    memcpy(r->out + field->offset, &value, sizeof value);
}

static void put_number(const struct reading *r, const struct field *field, int64_t value)
{
    memcpy(r->out + field->offset, &value, sizeof value);
}

static bool reject(struct reading *r, const struct field *field, const char *expected)
{
    (void)call_fail(r->call, r->invalid, slice_from_cstr(field->name), "%s must be %s.",
                    field->name, expected);
    return false;
}

static bool reject_length(struct reading *r, const struct field *field)
{
    struct slice range =
        arena_printf(r->call->arena, "a text of %zu to %zu characters", field->min, field->max);
    return reject(r, field, range.ptr);
}

static bool has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return true;
    return false;
}

static bool take_text(struct reading *r, const struct field *field, struct slice text)
{
    size_t length = slice_utf8_length(text);
    if (length < field->min || length > field->max)
        return reject_length(r, field);
    if (has_control(text))
        return reject(r, field, "a text without control characters");
    put_slice(r, field, text);
    return true;
}

static bool take_secret(struct reading *r, const struct field *field, struct slice text)
{
    if (text.len < field->min || text.len > field->max)
        return reject_length(r, field);
    put_slice(r, field, text);
    return true;
}

static bool take_id(struct reading *r, const struct field *field, struct slice text)
{
    struct slice prefix = slice_from_cstr(field->prefix);
    bool shaped =
        slice_starts_with(text, prefix) && text.len > prefix.len && text.len <= id_bytes_max;
    for (size_t i = prefix.len; shaped && i < text.len; i++)
        shaped = (text.ptr[i] >= 'a' && text.ptr[i] <= 'z') ||
                 (text.ptr[i] >= '0' && text.ptr[i] <= '9');
    if (!shaped)
        return reject(r, field, arena_printf(r->call->arena, "an id: %s...", field->prefix).ptr);
    put_slice(r, field, text);
    return true;
}

static bool take_currency(struct reading *r, const struct field *field, struct slice text)
{
    if (!currency_find(text)) {
        (void)call_fail(r->call, &INVALID_CURRENCY, slice_from_cstr(field->name),
                        "%s must be an ISO 4217 code in capitals, such as USD.", field->name);
        return false;
    }
    put_slice(r, field, text);
    return true;
}

static bool take_time(struct reading *r, const struct field *field, struct slice text)
{
    int64_t micros;
    if (!clock_parse_rfc3339(text, &micros))
        return reject(r, field, "a time in RFC 3339, such as 2026-11-22T10:20:30Z");
    put_number(r, field, micros);
    return true;
}

static bool take_date(struct reading *r, const struct field *field, struct slice text)
{
    int64_t micros;
    struct slice midnight = arena_printf(r->call->arena, SLICE_FMT "T00:00:00Z", SLICE_ARG(text));
    if (text.len != 10 || !clock_parse_rfc3339(midnight, &micros))
        return reject(r, field, "a date, such as 1990-02-28");
    put_slice(r, field, text);
    return true;
}

static bool take_email(struct reading *r, const struct field *field, struct slice text)
{
    struct slice local;
    struct slice domain;
    if (!slice_split_once(text, '@', &local, &domain) || local.len == 0 || domain.len == 0 ||
        slice_index(domain, '@') >= 0 || slice_index(text, ' ') >= 0 || has_control(text) ||
        text.len > field->max)
        return reject(r, field, "an e-mail address");
    put_slice(r, field, text);
    return true;
}

static bool take_choice(struct reading *r, const struct field *field, struct slice text)
{
    struct buf list;
    buf_init_arena(&list, r->call->arena, 1024);
    for (int64_t i = 0; field->choices[i]; i++) {
        if (slice_eq_cstr(text, field->choices[i])) {
            put_number(r, field, i);
            return true;
        }
        buf_printf(&list, "%s%s", i ? ", " : "one of ", field->choices[i]);
    }
    return reject(r, field, buf_cstr(&list));
}

static bool take_query_number(struct reading *r, const struct field *field, struct slice text)
{
    uint64_t value;
    if (!slice_to_u64(text, &value) || value < field->min || value > field->max)
        return reject(
            r, field,
            arena_printf(r->call->arena, "a whole number from %zu to %zu", field->min, field->max)
                .ptr);
    put_number(r, field, (int64_t)value);
    return true;
}

typedef bool text_taker(struct reading *r, const struct field *field, struct slice text);

static text_taker *const text_takers[] = {
    [FIELD_TEXT] = take_text,         [FIELD_SECRET] = take_secret, [FIELD_ID] = take_id,
    [FIELD_CURRENCY] = take_currency, [FIELD_TIME] = take_time,     [FIELD_DATE] = take_date,
    [FIELD_EMAIL] = take_email,       [FIELD_CHOICE] = take_choice, [FIELD_NUMBER] = NULL,
};

static const struct field *find(struct reading *r, struct slice name, bool *again)
{
    for (size_t i = 0; i < r->count; i++) {
        if (slice_eq_cstr(name, r->fields[i].name)) {
            *again = r->seen[i];
            r->seen[i] = true;
            return &r->fields[i];
        }
    }
    return NULL;
}

static bool read_money(struct reading *r, const struct field *field, struct json_reader *json)
{
    bool zero_allowed = field->kind == FIELD_LIMIT;
    struct slice number = SLICE_NONE;
    int64_t amount;
    bool is_number = json_peek(json) == JSON_KIND_NUMBER;
    if (!(is_number ? json_number(json, &number) : json_skip(json)))
        return false;
    if (!is_number || !money_parse(number, zero_allowed, &amount)) {
        (void)call_fail(r->call, &INVALID_AMOUNT, slice_from_cstr(field->name),
                        "%s must be a JSON integer of minor units from %d to %lld, without a "
                        "fraction, an exponent or quotes.",
                        field->name, zero_allowed ? 0 : 1, (long long)MONEY_MAX);
        return false;
    }
    put_number(r, field, amount);
    return true;
}

static bool read_metadata(struct reading *r, const struct field *field, struct json_reader *json)
{
    struct slice compact;
    const char *expected = metadata_read(json, r->call->arena, &compact);
    if (json->failed)
        return false;
    if (expected)
        return reject(r, field, expected);
    put_slice(r, field, compact);
    return true;
}

static void read_member(struct reading *r, const struct field *field, struct json_reader *json)
{
    struct slice text;
    if (field->nullable && json_peek(json) == JSON_KIND_NULL && json_null(json)) {
        memcpy(r->out + field->null_offset, &(bool){true}, sizeof(bool));
    } else if (field->kind == FIELD_AMOUNT || field->kind == FIELD_LIMIT) {
        read_money(r, field, json);
    } else if (field->kind == FIELD_METADATA) {
        read_metadata(r, field, json);
    } else if (json_peek(json) == JSON_KIND_STRING) {
        if (json_string(json, &text))
            text_takers[field->kind](r, field, text);
    } else if (json_skip(json)) {
        reject(r, field, "a JSON string");
    }
}

static void require_all(struct reading *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->fields[i].required && !r->seen[i])
            (void)call_fail(r->call, &MISSING_FIELD, slice_from_cstr(r->fields[i].name),
                            "%s is required.", r->fields[i].name);
}

static bool too_deep(struct slice text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']'))
            depth--;
        if (depth > LIMIT_JSON_DEPTH)
            return true;
    }
    return false;
}

static void read_name(struct reading *r, struct slice name, struct json_reader *json)
{
    bool again = false;
    const struct field *field = find(r, name, &again);
    if (field && !again) {
        read_member(r, field, json);
        return;
    }
    if (!json_skip(json))
        return;
    struct slice param = arena_dup(r->call->arena, slice_sub(name, 0, id_bytes_max));
    (void)call_fail(r->call, field ? &DUPLICATE_FIELD : r->unknown, param, SLICE_FMT " %s.",
                    SLICE_ARG(param), field ? "stands twice" : "is not a member of this request");
}

struct err fields_read_body(struct call *call, const struct field *fields, size_t count, void *out)
{
    struct reading r = {call, fields, count, out, {false}, &UNKNOWN_FIELD, &INVALID_FIELD};
    struct json_reader json;
    struct slice name;
    if (too_deep(call->request->body))
        return call_fail(call, &MALFORMED_JSON, SLICE_NONE,
                         "The body is nested deeper than %d levels.", LIMIT_JSON_DEPTH);
    json_reader_init(&json, call->request->body, call->arena);
    if (json_peek(&json) != JSON_KIND_OBJECT)
        return call_fail(call, &MALFORMED_JSON, SLICE_NONE, "The body must be a JSON object.");
    if (json_object_begin(&json))
        while (json_object_next(&json, &name))
            read_name(&r, name, &json);
    if (!json_finish(&json)) {
        call->error_count = 0; /* what was read before the break may mean something else */
        return call_fail(call, &MALFORMED_JSON, SLICE_NONE,
                         "The body is not well-formed JSON at byte %zu.", json.error_offset);
    }
    require_all(&r);
    return call_result(call);
}

static void read_pair(struct reading *r, struct slice pair)
{
    struct slice name = pair;
    struct slice value = SLICE("");
    bool again = false;
    slice_split_once(pair, '=', &name, &value);
    if (!uri_decode(r->call->arena, name, true, &name) ||
        !uri_decode(r->call->arena, value, true, &value) || !slice_is_utf8(name) ||
        !slice_is_utf8(value)) {
        (void)call_fail(r->call, &MALFORMED_REQUEST, SLICE_NONE,
                        "The query is not percent-encoded UTF-8.");
        return;
    }
    const struct field *field = find(r, name, &again);
    if (!field || again)
        (void)call_fail(r->call, r->unknown, slice_sub(name, 0, id_bytes_max), SLICE_FMT " %s.",
                        SLICE_ARG(slice_sub(name, 0, id_bytes_max)),
                        field ? "stands twice" : "is not a parameter of this route");
    else if (field->kind == FIELD_NUMBER)
        take_query_number(r, field, value);
    else
        text_takers[field->kind](r, field, value);
}

struct err fields_read_query(struct call *call, const struct field *fields, size_t count, void *out)
{
    struct reading r = {call, fields, count, out, {false}, &UNKNOWN_PARAMETER, &INVALID_PARAMETER};
    struct slice rest = call->request->query;
    struct slice pair;
    while (slice_next(&rest, '&', &pair))
        if (pair.len)
            read_pair(&r, pair);
    require_all(&r);
    return call_result(call);
}

static void write_canonical(struct json_writer *w, const struct field *field, const char *at)
{
    struct slice text;
    int64_t number;
    switch (field->kind) {
    case FIELD_AMOUNT:
    case FIELD_LIMIT:
    case FIELD_TIME:
    case FIELD_CHOICE:
    case FIELD_NUMBER:
        memcpy(&number, at, sizeof number);
        write_number(w, field->name, number);
        break;
    case FIELD_METADATA:
        memcpy(&text, at, sizeof text);
        write_raw(w, field->name, text);
        break;
    case FIELD_TEXT:
    case FIELD_ID:
    case FIELD_CURRENCY:
    case FIELD_DATE:
    case FIELD_EMAIL:
        memcpy(&text, at, sizeof text);
        write_text(w, field->name, text);
        break;
    case FIELD_SECRET:
        break;
    }
}

struct slice fields_canonical(struct arena *arena, const struct field *fields, size_t count,
                              const void *in)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, 2 * LIMIT_BODY_BYTES);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    for (size_t i = 0; i < count; i++) {
        bool null = false;
        if (fields[i].nullable)
            memcpy(&null, (const char *)in + fields[i].null_offset, sizeof null);
        if (null)
            write_null(&w, fields[i].name);
        else
            write_canonical(&w, &fields[i], (const char *)in + fields[i].offset);
    }
    json_write_object_end(&w);
    return buf_slice(&out);
}
