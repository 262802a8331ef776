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

const struct ddb_index *ddb_table_find_index(const struct ddb_table *table, struct slice name)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (slice_eq(table->indexes[i].name, name))
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

static void write_flag(struct json_writer *w, const char *key, bool flag)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_bool(w, flag);
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

static void write_units(struct json_writer *w, int64_t read_units, int64_t write_units)
{
    write_number(w, "read", read_units);
    write_number(w, "write", write_units);
}

static void write_index(struct json_writer *w, const struct ddb_index *index)
{
    json_write_object_begin(w);
    write_text(w, "name", index->name);
    write_number(w, "number", index->number);
    write_flag(w, "global", index->is_global);
    write_keys(w, &index->keys);
    write_text(w, "projection", projection_type_name(index->projection));
    json_write_key(w, SLICE("included"));
    json_write_array_begin(w);
    for (size_t i = 0; i < index->included_count; i++)
        json_write_string(w, index->included[i]);
    json_write_array_end(w);
    write_units(w, index->read_units, index->write_units);
    json_write_object_end(w);
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

static void write_origin(struct json_writer *w, const struct ddb_origin *origin)
{
    if (!origin->moment_micros)
        return;
    json_write_key(w, SLICE("origin"));
    json_write_object_begin(w);
    write_text(w, "backup", origin->backup_arn);
    write_text(w, "table", origin->table_arn);
    write_number(w, "moment", origin->moment_micros);
    json_write_object_end(w);
}

struct slice ddb_table_to_json(struct arena *arena, const struct ddb_table *table)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, form_bytes_max);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    write_text(&w, "id", table->id);
    write_number(&w, "created", table->created_micros);
    write_keys(&w, &table->keys);
    write_parts(&w, "attributes", table->attributes, table->attribute_count);
    json_write_key(&w, SLICE("indexes"));
    json_write_array_begin(&w);
    for (size_t i = 0; i < table->index_count; i++)
        write_index(&w, &table->indexes[i]);
    json_write_array_end(&w);
    write_flag(&w, "onDemand", table->on_demand);
    write_number(&w, "onDemandSince", table->on_demand_micros);
    write_units(&w, table->read_units, table->write_units);
    write_flag(&w, "protected", table->is_protected);
    write_text(&w, "class", table->table_class);
    write_text(&w, "kmsKeyArn", table->kms_key_arn);
    write_text(&w, "ttl", table->ttl_attribute);
    write_stream(&w, &table->stream);
    write_tags(&w, table);
    write_origin(&w, &table->origin);
    write_number(&w, "historySince", table->history_micros);
    write_number(&w, "recoveryDays", table->recovery_days);
    write_flag(&w, "restoring", table->is_restoring);
    write_flag(&w, "copied", table->is_copied);
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
        if (read_keys(r, key, &index->keys))
            continue;
        if (slice_eq(key, SLICE("name")))
            json_string(r, &index->name);
        else if (slice_eq(key, SLICE("number")))
            read_number(r, &number);
        else if (slice_eq(key, SLICE("global")))
            json_bool(r, &index->is_global);
        else if (slice_eq(key, SLICE("projection")))
            read_projection(r, index);
        else if (slice_eq(key, SLICE("included")))
            index->included_count = read_texts(r, arena, &index->included);
        else if (slice_eq(key, SLICE("read")))
            read_number(r, &index->read_units);
        else if (slice_eq(key, SLICE("write")))
            read_number(r, &index->write_units);
        else
            json_skip(r);
    }
    index->number = (unsigned)number;
}

static void read_indexes(struct json_reader *r, struct arena *arena, struct ddb_table *table)
{
    enum { most = TABLE_GLOBAL_INDEXES_MAX + TABLE_LOCAL_INDEXES_MAX };
    json_array_begin(r);
    while (json_array_next(r)) {
        if (!table->indexes)
            table->indexes = ARENA_ARRAY(arena, struct ddb_index, most);
        if (table->index_count == most) {
            json_reject(r);
            return;
        }
        read_index(r, arena, &table->indexes[table->index_count++]);
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

static void read_origin(struct json_reader *r, struct ddb_origin *origin)
{
    struct slice key;
    json_object_begin(r);
    while (json_object_next(r, &key)) {
        if (slice_eq(key, SLICE("backup")))
            json_string(r, &origin->backup_arn);
        else if (slice_eq(key, SLICE("table")))
            json_string(r, &origin->table_arn);
        else if (slice_eq(key, SLICE("moment")))
            read_number(r, &origin->moment_micros);
        else
            json_skip(r);
    }
}

static void read_setting(struct json_reader *r, struct arena *arena, struct slice key,
                         struct ddb_table *table)
{
    if (slice_eq(key, SLICE("id")))
        json_string(r, &table->id);
    else if (slice_eq(key, SLICE("created")))
        read_number(r, &table->created_micros);
    else if (slice_eq(key, SLICE("attributes")))
        read_attributes(r, arena, table);
    else if (slice_eq(key, SLICE("indexes")))
        read_indexes(r, arena, table);
    else if (slice_eq(key, SLICE("onDemand")))
        json_bool(r, &table->on_demand);
    else if (slice_eq(key, SLICE("onDemandSince")))
        read_number(r, &table->on_demand_micros);
    else if (slice_eq(key, SLICE("read")))
        read_number(r, &table->read_units);
    else if (slice_eq(key, SLICE("write")))
        read_number(r, &table->write_units);
    else if (slice_eq(key, SLICE("protected")))
        json_bool(r, &table->is_protected);
    else if (slice_eq(key, SLICE("class")))
        json_string(r, &table->table_class);
    else if (slice_eq(key, SLICE("kmsKeyArn")))
        json_string(r, &table->kms_key_arn);
    else if (slice_eq(key, SLICE("ttl")))
        json_string(r, &table->ttl_attribute);
    else if (slice_eq(key, SLICE("stream")))
        read_stream(r, &table->stream);
    else if (slice_eq(key, SLICE("tags")))
        read_tags(r, arena, table);
    else if (slice_eq(key, SLICE("origin")))
        read_origin(r, &table->origin);
    else if (slice_eq(key, SLICE("historySince")))
        read_number(r, &table->history_micros);
    else if (slice_eq(key, SLICE("recoveryDays")))
        read_number(r, &table->recovery_days);
    else if (slice_eq(key, SLICE("restoring")))
        json_bool(r, &table->is_restoring);
    else if (slice_eq(key, SLICE("copied")))
        json_bool(r, &table->is_copied);
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
