/* Tables as values, and as JSON. */
#include "emulator/services/dynamodb/table/table_form.h"

#include "lib/enc/json.h"

enum { form_bytes_max = 1024 * 1024 };

static const struct slice projection_names[] = {[PROJECT_ALL] = SLICE_INIT("ALL"),
                                                [PROJECT_KEYS_ONLY] = SLICE_INIT("KEYS_ONLY"),
                                                [PROJECT_INCLUDE] = SLICE_INIT("INCLUDE")};

struct slice projection_type_name(enum projection_type type)
{
    return projection_names[type];
}

bool projection_type_parse(struct slice name, enum projection_type *type)
{
    for (int i = 0; i < PROJECTION_TYPE_COUNT; i++)
        if (slice_eq(name, projection_names[i])) {
            *type = (enum projection_type)i;
            return true;
        }
    return false;
}

static const struct slice status_names[DDB_STATUS_COUNT] = {
    [DDB_ACTIVE] = SLICE_INIT("ACTIVE"),
    [DDB_CREATING] = SLICE_INIT("CREATING"),
    [DDB_UPDATING] = SLICE_INIT("UPDATING"),
    [DDB_DELETING] = SLICE_INIT("DELETING"),
};

struct slice ddb_status_name(enum ddb_status status)
{
    return status_names[status];
}

/* Fields that are one JSON value each. Defaults are left out. */
enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_FLAG, FIELD_STATUS };

struct field {
    struct slice key;
    enum field_kind kind;
    size_t offset;
};

#define TABLE_FIELD(key, kind, member)                                                             \
    {                                                                                              \
        SLICE_INIT(key), kind, offsetof(struct ddb_table, member)                                  \
    }
#define INDEX_FIELD(key, kind, member)                                                             \
    {                                                                                              \
        SLICE_INIT(key), kind, offsetof(struct ddb_index, member)                                  \
    }
#define LIMIT_FIELDS(FIELD)                                                                        \
    FIELD("read", FIELD_NUMBER, read_units), FIELD("write", FIELD_NUMBER, write_units),            \
        FIELD("maxRead", FIELD_NUMBER, limits.max_read_units),                                     \
        FIELD("maxWrite", FIELD_NUMBER, limits.max_write_units),                                   \
        FIELD("warmRead", FIELD_NUMBER, limits.warm_read_units),                                   \
        FIELD("warmWrite", FIELD_NUMBER, limits.warm_write_units),                                 \
        FIELD("increased", FIELD_NUMBER, limits.increased_micros),                                 \
        FIELD("decreased", FIELD_NUMBER, limits.decreased_micros),                                 \
        FIELD("decreases", FIELD_NUMBER, limits.decreases),                                        \
        FIELD("status", FIELD_STATUS, state.status),                                               \
        FIELD("settles", FIELD_NUMBER, state.settles_micros),                                      \
        FIELD("insights", FIELD_TEXT, insights.mode),                                              \
        FIELD("insightsSince", FIELD_NUMBER, insights.changed_micros),                             \
        FIELD("insightsSettle", FIELD_NUMBER, insights.settles_micros)

static const struct field table_fields[] = {
    LIMIT_FIELDS(TABLE_FIELD),
    TABLE_FIELD("id", FIELD_TEXT, id),
    TABLE_FIELD("created", FIELD_NUMBER, created_micros),
    TABLE_FIELD("onDemand", FIELD_FLAG, on_demand),
    TABLE_FIELD("onDemandSince", FIELD_NUMBER, on_demand_micros),
    TABLE_FIELD("protected", FIELD_FLAG, is_protected),
    TABLE_FIELD("class", FIELD_TEXT, table_class),
    TABLE_FIELD("classSince", FIELD_NUMBER, class_micros),
    TABLE_FIELD("kmsKeyArn", FIELD_TEXT, kms_key_arn),
    TABLE_FIELD("keyChanges", FIELD_NUMBER, key_changes),
    TABLE_FIELD("keyWindow", FIELD_NUMBER, key_window_micros),
    TABLE_FIELD("keySince", FIELD_NUMBER, key_changed_micros),
    TABLE_FIELD("ttl", FIELD_TEXT, ttl_attribute),
    TABLE_FIELD("globalVersion", FIELD_TEXT, global_version),
    TABLE_FIELD("globalSince", FIELD_NUMBER, global_since_micros),
    TABLE_FIELD("readOverride", FIELD_NUMBER, read_override),
    TABLE_FIELD("originBackup", FIELD_TEXT, origin.backup_arn),
    TABLE_FIELD("originTable", FIELD_TEXT, origin.table_arn),
    TABLE_FIELD("originMoment", FIELD_NUMBER, origin.moment_micros),
    TABLE_FIELD("historySince", FIELD_NUMBER, history_micros),
    TABLE_FIELD("recoveryDays", FIELD_NUMBER, recovery_days),
    TABLE_FIELD("copied", FIELD_FLAG, is_copied),
};

static const struct field index_fields[] = {
    LIMIT_FIELDS(INDEX_FIELD),
    INDEX_FIELD("name", FIELD_TEXT, name),
    INDEX_FIELD("global", FIELD_FLAG, is_global),
    INDEX_FIELD("fills", FIELD_NUMBER, fills_micros),
};

const struct ddb_index *ddb_table_find_index(const struct ddb_table *table, struct slice name)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (slice_eq(table->indexes[i].name, name))
            return &table->indexes[i];
    return NULL;
}

struct ddb_index *ddb_table_find_global_index(struct ddb_table *table, struct slice name)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].is_global && slice_eq(table->indexes[i].name, name))
            return &table->indexes[i];
    return NULL;
}

static void write_text(struct json_writer *w, const char *key, struct slice text)
{
    if (!slice_is_set(text))
        return;
    json_write_key(w, slice_from_cstr(key));
    json_write_string(w, text);
}

static void write_number(struct json_writer *w, const char *key, int64_t number)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_i64(w, number);
}

static void write_field(struct json_writer *w, const struct field *field, const void *base)
{
    const void *at = (const char *)base + field->offset;
    if (field->kind == FIELD_TEXT && slice_is_set(*(const struct slice *)at)) {
        json_write_key(w, field->key);
        json_write_string(w, *(const struct slice *)at);
    } else if (field->kind == FIELD_NUMBER && *(const int64_t *)at != 0) {
        json_write_key(w, field->key);
        json_write_i64(w, *(const int64_t *)at);
    } else if (field->kind == FIELD_FLAG && *(const bool *)at) {
        json_write_key(w, field->key);
        json_write_bool(w, true);
    } else if (field->kind == FIELD_STATUS && *(const enum ddb_status *)at != DDB_ACTIVE) {
        json_write_key(w, field->key);
        json_write_string(w, status_names[*(const enum ddb_status *)at]);
    }
}

/* ["name", "S", "name", "N"] */
static void write_parts(struct json_writer *w, const char *key, const struct key_part *parts,
                        size_t count)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_write_string(w, parts[i].name);
        json_write_string(w, attr_type_name(parts[i].type));
    }
    json_write_array_end(w);
}

static void write_keys(struct json_writer *w, const struct key_schema *keys)
{
    write_parts(w, "hash", keys->parts, keys->hash_count);
    write_parts(w, "range", keys->parts + keys->hash_count, keys->count - keys->hash_count);
}

static void write_texts(struct json_writer *w, const char *key, const struct slice *texts,
                        size_t count)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_array_begin(w);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, texts[i]);
    json_write_array_end(w);
}

static void write_index(struct json_writer *w, const struct ddb_index *index)
{
    json_write_object_begin(w);
    for (size_t i = 0; i < ARRAY_LEN(index_fields); i++)
        write_field(w, &index_fields[i], index);
    ddb_scalings_write(w, &index->scalings);
    write_number(w, "number", index->number);
    write_keys(w, &index->keys);
    write_text(w, "projection", projection_type_name(index->projection));
    write_texts(w, "included", index->included, index->included_count);
    json_write_object_end(w);
}

static void write_indexes(struct json_writer *w, const char *key, const struct ddb_index *indexes,
                          size_t count)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_array_begin(w);
    for (size_t i = 0; i < count; i++)
        write_index(w, &indexes[i]);
    json_write_array_end(w);
}

static void write_tags(struct json_writer *w, const struct ddb_table *table)
{
    json_write_key(w, SLICE("tags"));
    json_write_array_begin(w);
    for (size_t i = 0; i < table->tag_count; i++) {
        json_write_string(w, table->tags[i].key);
        json_write_string(w, table->tags[i].value);
    }
    json_write_array_end(w);
}

static void write_stream(struct json_writer *w, const struct ddb_table_stream *stream)
{
    if (stream->number == 0)
        return;
    json_write_key(w, SLICE("stream"));
    json_write_object_begin(w);
    write_number(w, "number", stream->number);
    write_text(w, "view", stream->view);
    write_text(w, "label", stream->label);
    write_number(w, "slots", stream->slots);
    json_write_object_end(w);
}

static void write_destinations(struct json_writer *w, const struct ddb_table *table)
{
    json_write_key(w, SLICE("kinesis"));
    json_write_array_begin(w);
    for (size_t i = 0; i < table->destination_count; i++) {
        json_write_string(w, table->destinations[i].stream_arn);
        json_write_string(w, table->destinations[i].status);
        json_write_string(w, table->destinations[i].precision);
    }
    json_write_array_end(w);
}

struct slice ddb_table_to_json(struct arena *arena, const struct ddb_table *table)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, form_bytes_max);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    for (size_t i = 0; i < ARRAY_LEN(table_fields); i++)
        write_field(&w, &table_fields[i], table);
    ddb_scalings_write(&w, &table->scalings);
    write_keys(&w, &table->keys);
    write_parts(&w, "attributes", table->attributes, table->attribute_count);
    write_indexes(&w, "indexes", table->indexes, table->index_count);
    if (table->leaving_count > 0)
        write_indexes(&w, "leaving", table->leaving, table->leaving_count);
    write_stream(&w, &table->stream);
    write_destinations(&w, table);
    write_texts(&w, "replicas", table->replicas, table->replica_count);
    write_tags(&w, table);
    json_write_object_end(&w);
    return buf_slice(&out);
}

/* Reading. A key that this version does not know is passed over. */

static void read_number(struct json_reader *r, int64_t *number)
{
    struct slice text;
    if (json_number(r, &text) && !slice_to_i64(text, number))
        json_reject(r);
}

static void read_status(struct json_reader *r, enum ddb_status *status)
{
    struct slice name;
    size_t i = 0;
    json_string(r, &name);
    while (i < DDB_STATUS_COUNT && !slice_eq(name, status_names[i]))
        i++;
    if (i < DDB_STATUS_COUNT)
        *status = (enum ddb_status)i;
    else
        json_reject(r);
}

/* False when the key is none of these fields'. */
static bool read_field(struct json_reader *r, struct slice key, const struct field *fields,
                       size_t count, void *base)
{
    size_t i = 0;
    while (i < count && !slice_eq(fields[i].key, key))
        i++;
    if (i == count)
        return false;
    void *at = (char *)base + fields[i].offset;
    if (fields[i].kind == FIELD_TEXT)
        json_string(r, at);
    else if (fields[i].kind == FIELD_NUMBER)
        read_number(r, at);
    else if (fields[i].kind == FIELD_FLAG)
        json_bool(r, at);
    else
        read_status(r, at);
    return true;
}

static size_t read_parts(struct json_reader *r, struct key_part *parts, size_t max)
{
    size_t count = 0;
    struct slice type;
    json_array_begin(r);
    while (json_array_next(r)) {
        if (count == max || !json_string(r, &parts[count].name) || !json_array_next(r) ||
            !json_string(r, &type) || !attr_type_parse(type, &parts[count].type)) {
            json_reject(r);
            break;
        }
        count++;
    }
    return count;
}

/* "hash" or "range"; the form has them in this order. */
static bool read_keys(struct json_reader *r, struct slice key, struct key_schema *keys)
{
    bool hash = slice_eq(key, SLICE("hash"));
    if (!hash && !slice_eq(key, SLICE("range")))
        return false;
    size_t place = hash ? 0 : keys->hash_count;
    size_t count = read_parts(r, keys->parts + place, KEY_PARTS_MAX - place);
    keys->count = (unsigned)(place + count);
    if (hash)
        keys->hash_count = (unsigned)count;
    return true;
}

static size_t read_texts(struct json_reader *r, struct arena *arena, struct slice **texts)
{
    struct json_reader ahead = *r;
    size_t count = 0;
    json_array_begin(&ahead);
    for (; json_array_next(&ahead); count++)
        json_skip(&ahead);
    *texts = ARENA_ARRAY(arena, struct slice, count);
    json_array_begin(r);
    for (size_t i = 0; json_array_next(r) && i < count; i++)
        json_string(r, &(*texts)[i]);
    return count;
}

static void read_projection(struct json_reader *r, struct ddb_index *index)
{
    struct slice name;
    if (json_string(r, &name) && !projection_type_parse(name, &index->projection))
        json_reject(r);
}

static void read_index(struct json_reader *r, struct arena *arena, struct ddb_index *index)
{
    struct slice key;
    int64_t number = 0;
    json_object_begin(r);
    while (json_object_next(r, &key)) {
        if (read_keys(r, key, &index->keys) ||
            read_field(r, key, index_fields, ARRAY_LEN(index_fields), index) ||
            ddb_scalings_read(r, arena, key, &index->scalings))
            continue;
        if (slice_eq(key, SLICE("number")))
            read_number(r, &number);
        else if (slice_eq(key, SLICE("projection")))
            read_projection(r, index);
        else if (slice_eq(key, SLICE("included")))
            index->included_count = read_texts(r, arena, &index->included);
        else
            json_skip(r);
    }
    index->number = (unsigned)number;
}

static void read_indexes(struct json_reader *r, struct arena *arena, struct ddb_index **indexes,
                         size_t *count)
{
    enum { most = TABLE_GLOBAL_INDEXES_MAX + TABLE_LOCAL_INDEXES_MAX };
    json_array_begin(r);
    while (json_array_next(r)) {
        if (!*indexes)
            *indexes = ARENA_ARRAY(arena, struct ddb_index, most);
        if (*count == most) {
            json_reject(r);
            return;
        }
        read_index(r, arena, &(*indexes)[(*count)++]);
    }
}

static void read_attributes(struct json_reader *r, struct arena *arena, struct ddb_table *table)
{
    struct key_part *parts = ARENA_ARRAY(arena, struct key_part, TABLE_ATTRIBUTES_MAX);
    table->attribute_count = read_parts(r, parts, TABLE_ATTRIBUTES_MAX);
    table->attributes = parts;
}

static void read_tags(struct json_reader *r, struct arena *arena, struct ddb_table *table)
{
    struct slice *texts;
    table->tag_count = read_texts(r, arena, &texts) / 2;
    table->tags = ARENA_ARRAY(arena, struct ddb_tag, table->tag_count);
    for (size_t i = 0; i < table->tag_count; i++)
        table->tags[i] = (struct ddb_tag){texts[2 * i], texts[2 * i + 1]};
}

static void read_stream(struct json_reader *r, struct ddb_table_stream *stream)
{
    struct slice key;
    int64_t slots = 0;
    json_object_begin(r);
    while (json_object_next(r, &key)) {
        if (slice_eq(key, SLICE("number")))
            read_number(r, &stream->number);
        else if (slice_eq(key, SLICE("view")))
            json_string(r, &stream->view);
        else if (slice_eq(key, SLICE("label")))
            json_string(r, &stream->label);
        else if (slice_eq(key, SLICE("slots")))
            read_number(r, &slots);
        else
            json_skip(r);
    }
    stream->slots = (unsigned)slots;
}

static void read_destinations(struct json_reader *r, struct arena *arena, struct ddb_table *table)
{
    struct slice *texts;
    table->destination_count = read_texts(r, arena, &texts) / 3;
    table->destinations = ARENA_ARRAY(arena, struct ddb_destination, table->destination_count);
    for (size_t i = 0; i < table->destination_count; i++)
        table->destinations[i] =
            (struct ddb_destination){texts[3 * i], texts[3 * i + 1], texts[3 * i + 2]};
}

static void read_setting(struct json_reader *r, struct arena *arena, struct slice key,
                         struct ddb_table *table)
{
    if (read_field(r, key, table_fields, ARRAY_LEN(table_fields), table) ||
        ddb_scalings_read(r, arena, key, &table->scalings))
        return;
    if (slice_eq(key, SLICE("attributes")))
        read_attributes(r, arena, table);
    else if (slice_eq(key, SLICE("indexes")))
        read_indexes(r, arena, &table->indexes, &table->index_count);
    else if (slice_eq(key, SLICE("leaving")))
        read_indexes(r, arena, &table->leaving, &table->leaving_count);
    else if (slice_eq(key, SLICE("stream")))
        read_stream(r, &table->stream);
    else if (slice_eq(key, SLICE("replicas")))
        table->replica_count = read_texts(r, arena, &table->replicas);
    else if (slice_eq(key, SLICE("kinesis")))
        read_destinations(r, arena, table);
    else if (slice_eq(key, SLICE("tags")))
        read_tags(r, arena, table);
    else
        json_skip(r);
}

bool ddb_table_from_json(struct arena *arena, struct slice json, struct ddb_table *table)
{
    struct json_reader r;
    struct slice key;
    struct ddb_table read = {.name = table->name, .number = table->number};
    json_reader_init(&r, json, arena);
    json_object_begin(&r);
    while (json_object_next(&r, &key))
        if (!read_keys(&r, key, &read.keys))
            read_setting(&r, arena, key, &read);
    if (!json_finish(&r) || read.keys.hash_count == 0)
        return false;
    *table = read;
    return true;
}

static bool is_included(const struct ddb_index *index, struct slice name)
{
    for (size_t i = 0; i < index->included_count; i++)
        if (slice_eq(index->included[i], name))
            return true;
    return false;
}

bool ddb_index_has_attribute(const struct ddb_table *table, const struct ddb_index *index,
                             struct slice name)
{
    return index->projection == PROJECT_ALL || key_schema_find(&table->keys, name) ||
           key_schema_find(&index->keys, name) || is_included(index, name);
}

struct attr_map ddb_index_project(struct arena *arena, const struct ddb_table *table,
                                  const struct ddb_index *index, const struct attr_map *item)
{
    if (index->projection == PROJECT_ALL)
        return *item;
    struct attr_map projected = {ARENA_ARRAY(arena, struct attr_member, item->count), 0};
    for (size_t i = 0; i < item->count; i++)
        if (ddb_index_has_attribute(table, index, item->members[i].name))
            projected.members[projected.count++] = item->members[i];
    return projected;
}
