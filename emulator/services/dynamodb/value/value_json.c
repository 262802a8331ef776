/* The wire's JSON of attribute values. */
#include "emulator/services/dynamodb/value/value_json.h"

#include <string.h>

#include "emulator/services/dynamodb/value/number.h"
#include "lib/enc/base64.h"

static struct err unreadable(struct ddb_refusal *refusal)
{
    return ddb_refuse_type(refusal, "The request body could not be parsed");
}

/* What AWS's deserializer says for JSON of the wrong type. */
static struct err refuse_kind(struct json_reader *reader, struct ddb_refusal *refusal,
                              const char *wanted)
{
    static const char *const found[] = {
        [JSON_KIND_INVALID] = "Malformed JSON",
        [JSON_KIND_NULL] = "NULL_VALUE",
        [JSON_KIND_BOOL] = "TRUE_VALUE",
        [JSON_KIND_NUMBER] = "NUMBER_VALUE",
        [JSON_KIND_STRING] = "STRING_VALUE",
        [JSON_KIND_ARRAY] = "Start of list",
        [JSON_KIND_OBJECT] = "Start of structure or map",
    };
    enum json_kind kind = json_peek(reader);
    const char *what = found[kind];
    if (kind == JSON_KIND_BOOL && *reader->next == 'f')
        what = "FALSE_VALUE";
    if (kind == JSON_KIND_INVALID)
        return unreadable(refusal);
    if (kind == JSON_KIND_ARRAY || kind == JSON_KIND_OBJECT)
        return ddb_refuse_type(refusal, "%s found where not expected", what);
    return ddb_refuse_type(refusal, "%s cannot be converted to %s", what, wanted);
}

static struct err read_string(struct json_reader *reader, struct slice *text,
                              struct ddb_refusal *refusal)
{
    if (json_peek(reader) != JSON_KIND_STRING)
        return refuse_kind(reader, refusal, "String");
    return json_string(reader, text) ? OK : unreadable(refusal);
}

static struct err read_bool(struct json_reader *reader, bool *value, struct ddb_refusal *refusal)
{
    if (json_peek(reader) != JSON_KIND_BOOL)
        return refuse_kind(reader, refusal, "Boolean");
    return json_bool(reader, value) ? OK : unreadable(refusal);
}

static struct err read_bytes(struct json_reader *reader, struct slice *bytes,
                             struct ddb_refusal *refusal)
{
    struct slice text;
    TRY(read_string(reader, &text, refusal));
    if (!base64_decode(refusal->arena, text, bytes))
        return ddb_refuse_type(refusal,
                               "Base64 encoded length is expected a multiple of 4 bytes but found: "
                               "%zu",
                               text.len);
    return OK;
}

struct slice attr_number_canonical(struct slice text, struct ddb_refusal *refusal)
{
    struct number number;
    char out[NUMBER_TEXT_MAX];
    if (number_is_plain_integer(text))
        return text;
    enum number_status status = number_parse(text, &number);
    if (status == NUMBER_FINE)
        return arena_dup(refusal->arena, (struct slice){out, number_print(&number, out)});
    if (status == NUMBER_MALFORMED && text.len > 0)
        (void)ddb_refuse(refusal, "%s: " SLICE_FMT, number_status_text(status), SLICE_ARG(text));
    else
        (void)ddb_refuse(refusal, "%s", number_status_text(status));
    return SLICE("0");
}

static struct err read_member(struct json_reader *reader, enum attr_type type, struct slice *member,
                              struct ddb_refusal *refusal)
{
    if (type == ATTR_BS)
        return read_bytes(reader, member, refusal);
    TRY(read_string(reader, member, refusal));
    if (type == ATTR_NS)
        *member = attr_number_canonical(*member, refusal);
    return OK;
}

static struct slice join(struct arena *arena, const struct attr_set *set, bool base64)
{
    struct buf out;
    buf_init_arena(&out, arena, ITEM_BYTES_MAX * 2);
    for (size_t i = 0; i < set->count; i++) {
        buf_append_cstr(&out, i > 0 ? ", " : "");
        if (base64)
            buf_append_base64(&out, set->members[i]);
        else
            buf_append(&out, set->members[i]);
    }
    return buf_slice(&out);
}

static void refuse_duplicates(enum attr_type type, const struct attr_set *set,
                              struct ddb_refusal *refusal)
{
    if (type == ATTR_NS) {
        (void)ddb_refuse(refusal, "Input collection contains duplicates");
        return;
    }
    struct slice members = join(refusal->arena, set, type == ATTR_BS);
    (void)ddb_refuse(refusal,
                     "One or more parameter values were invalid: Input collection [" SLICE_FMT
                     "]%scontains duplicates.",
                     SLICE_ARG(members), type == ATTR_BS ? "of type BS " : " ");
}

void attr_set_check(enum attr_type type, struct attr_set *set, struct ddb_refusal *refusal)
{
    static const char *const empty[ATTR_TYPE_COUNT] = {
        [ATTR_SS] = "An string set  may not be empty",
        [ATTR_NS] = "An number set  may not be empty",
        [ATTR_BS] = "Binary sets should not be empty",
    };
    if (set->count == 0)
        (void)ddb_refuse(refusal, "One or more parameter values were invalid: %s", empty[type]);
    struct attr_set as_given = *set;
    set->members = ARENA_ARRAY(refusal->arena, struct slice, set->count);
    if (set->count > 0)
        memcpy(set->members, as_given.members, set->count * sizeof *set->members);
    if (!attr_set_sort(set))
        refuse_duplicates(type, &as_given, refusal);
}

static struct err read_set(struct json_reader *reader, enum attr_type type, struct attr_set *set,
                           struct ddb_refusal *refusal)
{
    *set = (struct attr_set){0};
    if (json_peek(reader) != JSON_KIND_ARRAY)
        return refuse_kind(reader, refusal, "List");
    json_array_begin(reader);
    while (json_array_next(reader)) {
        set->members = arena_grow(refusal->arena, set->members, set->count, sizeof *set->members);
        TRY(read_member(reader, type, &set->members[set->count], refusal));
        set->count++;
    }
    attr_set_check(type, set, refusal);
    return reader->failed ? unreadable(refusal) : OK;
}

static struct err read_value(struct json_reader *reader, unsigned depth, struct attr_value *value,
                             struct ddb_refusal *refusal);

static struct err read_list(struct json_reader *reader, unsigned depth, struct attr_list *list,
                            struct ddb_refusal *refusal)
{
    *list = (struct attr_list){0};
    if (json_peek(reader) != JSON_KIND_ARRAY)
        return refuse_kind(reader, refusal, "List");
    json_array_begin(reader);
    while (json_array_next(reader)) {
        list->values = arena_grow(refusal->arena, list->values, list->count, sizeof *list->values);
        TRY(read_value(reader, depth, &list->values[list->count], refusal));
        list->count++;
    }
    return reader->failed ? unreadable(refusal) : OK;
}

static struct err read_map(struct json_reader *reader, unsigned depth, struct attr_map *map,
                           struct ddb_refusal *refusal)
{
    *map = (struct attr_map){0};
    struct slice name;
    if (json_peek(reader) != JSON_KIND_OBJECT)
        return refuse_kind(reader, refusal, "Map");
    json_object_begin(reader);
    while (json_object_next(reader, &name)) {
        map->members = arena_grow(refusal->arena, map->members, map->count, sizeof *map->members);
        map->members[map->count].name = name;
        TRY(read_value(reader, depth, &map->members[map->count].value, refusal));
        map->count++;
    }
    if (reader->failed)
        return unreadable(refusal);
    attr_map_sort(map, refusal->arena);
    return OK;
}

static struct err read_null(struct json_reader *reader, struct ddb_refusal *refusal)
{
    bool flag = true;
    TRY(read_bool(reader, &flag, refusal));
    if (!flag)
        (void)ddb_refuse(refusal, "One or more parameter values were invalid: Null attribute value "
                                  "types must have the value of true");
    return OK;
}

static struct err read_number(struct json_reader *reader, struct slice *text,
                              struct ddb_refusal *refusal)
{
    TRY(read_string(reader, text, refusal));
    *text = attr_number_canonical(*text, refusal);
    return OK;
}

static struct err read_typed(struct json_reader *reader, unsigned depth, struct attr_value *value,
                             struct ddb_refusal *refusal)
{
    switch (value->type) {
    case ATTR_S:
        return read_string(reader, &value->text, refusal);
    case ATTR_N:
        return read_number(reader, &value->text, refusal);
    case ATTR_B:
        return read_bytes(reader, &value->text, refusal);
    case ATTR_BOOL:
        return read_bool(reader, &value->boolean, refusal);
    case ATTR_NULL:
        return read_null(reader, refusal);
    case ATTR_SS:
    case ATTR_NS:
    case ATTR_BS:
        return read_set(reader, value->type, &value->set, refusal);
    case ATTR_M:
        return read_map(reader, depth + 1, &value->map, refusal);
    case ATTR_L:
        return read_list(reader, depth + 1, &value->list, refusal);
    case ATTR_TYPE_COUNT:
        break;
    }
    return unreadable(refusal);
}

static struct err read_value(struct json_reader *reader, unsigned depth, struct attr_value *value,
                             struct ddb_refusal *refusal)
{
    unsigned types = 0;
    struct slice name;
    if (json_peek(reader) != JSON_KIND_OBJECT)
        return refuse_kind(reader, refusal, "AttributeValue");
    if (depth > VALUE_DEPTH_MAX)
        (void)ddb_refuse(refusal, "Nesting Levels have exceeded supported limits");
    json_object_begin(reader);
    while (json_object_next(reader, &name)) {
        enum attr_type type;
        if (json_peek(reader) == JSON_KIND_NULL || !attr_type_parse(name, &type)) {
            json_skip(reader);
            continue;
        }
        value->type = type;
        TRY(read_typed(reader, depth, value, refusal));
        types++;
    }
    if (reader->failed)
        return unreadable(refusal);
    if (types == 1)
        return OK;
    *value = (struct attr_value){.type = ATTR_NULL};
    (void)ddb_refuse(refusal,
                     "Supplied AttributeValue %s, must contain exactly one of the supported "
                     "datatypes",
                     types == 0 ? "is empty" : "has more than one datatypes set");
    return OK;
}

struct err attr_value_read(struct json_reader *reader, struct attr_value *value,
                           struct ddb_refusal *refusal)
{
    return read_value(reader, 0, value, refusal);
}

struct err attr_map_read(struct json_reader *reader, struct attr_map *map,
                         struct ddb_refusal *refusal)
{
    return read_map(reader, 0, map, refusal);
}

static void write_base64(struct json_writer *writer, struct slice bytes)
{
    /* The writer's own comma logic needs a value; base64 never needs escapes. */
    json_write_raw(writer, SLICE("\""));
    buf_append_base64(writer->out, bytes);
    buf_append_char(writer->out, '"');
}

static void write_set(struct json_writer *writer, const struct attr_set *set, bool binary)
{
    json_write_array_begin(writer);
    for (size_t i = 0; i < set->count; i++)
        if (binary)
            write_base64(writer, set->members[i]);
        else
            json_write_string(writer, set->members[i]);
    json_write_array_end(writer);
}

static void write_list(struct json_writer *writer, const struct attr_list *list)
{
    json_write_array_begin(writer);
    for (size_t i = 0; i < list->count; i++)
        attr_value_write(writer, &list->values[i]);
    json_write_array_end(writer);
}

void attr_value_write(struct json_writer *writer, const struct attr_value *value)
{
    json_write_object_begin(writer);
    json_write_key(writer, attr_type_name(value->type));
    switch (value->type) {
    case ATTR_S:
    case ATTR_N:
        json_write_string(writer, value->text);
        break;
    case ATTR_B:
        write_base64(writer, value->text);
        break;
    case ATTR_BOOL:
        json_write_bool(writer, value->boolean);
        break;
    case ATTR_SS:
    case ATTR_NS:
    case ATTR_BS:
        write_set(writer, &value->set, value->type == ATTR_BS);
        break;
    case ATTR_M:
        attr_map_write(writer, &value->map);
        break;
    case ATTR_L:
        write_list(writer, &value->list);
        break;
    case ATTR_NULL:
    case ATTR_TYPE_COUNT:
        json_write_bool(writer, true);
        break;
    }
    json_write_object_end(writer);
}

void attr_map_write(struct json_writer *writer, const struct attr_map *map)
{
    json_write_object_begin(writer);
    for (size_t i = 0; i < map->count; i++) {
        json_write_key(writer, map->members[i].name);
        attr_value_write(writer, &map->members[i].value);
    }
    json_write_object_end(writer);
}
