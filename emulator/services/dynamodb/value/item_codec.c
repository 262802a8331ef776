/* How the wire reads and writes items. */
#include "emulator/services/dynamodb/value/item_codec.h"

#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodb/value/value_json.h"
#include "emulator/services/dynamodb_api.h"

static struct err unreadable(struct call *call, const struct ddb_refusal *refusal)
{
    return fail(call, &FAULT_SERIALIZATION, SLICE_FMT, SLICE_ARG(refusal->message));
}

static struct err read_map(struct call *call, struct json_reader *reader, void *out)
{
    struct ddb_item *item = out;
    struct ddb_refusal refusal = {.arena = call->arena};
    if (failed(attr_map_read(reader, &item->map, &refusal)))
        return unreadable(call, &refusal);
    item->refusal = refusal.message;
    item->is_set = true;
    return OK;
}

/* A value by itself, as the legacy parameters hold: a map of one nameless member. */
static struct err read_value(struct call *call, struct json_reader *reader, void *out)
{
    struct ddb_item *item = out;
    struct ddb_refusal refusal = {.arena = call->arena};
    struct attr_member *member = ARENA_NEW(call->arena, struct attr_member);
    member->name = SLICE("");
    if (failed(attr_value_read(reader, &member->value, &refusal)))
        return unreadable(call, &refusal);
    *item = (struct ddb_item){
        {member, 1},
        SLICE_NONE, refusal.message, true
    };
    return OK;
}

static void write_map(struct json_writer *writer, const void *in)
{
    const struct ddb_item *item = in;
    if (!slice_is_set(item->bytes)) {
        attr_map_write(writer, &item->map);
        return;
    }
    /* The store has checked these bytes (ddb_store_find_item), so writing cannot fail halfway. */
    (void)item_bytes_write(writer, item->bytes);
}

static void write_value(struct json_writer *writer, const void *in)
{
    const struct ddb_item *item = in;
    attr_value_write(writer, &item->map.members[0].value);
}

static bool is_set(const void *in)
{
    return ((const struct ddb_item *)in)->is_set;
}

/* The names are modelgen's. */
extern const struct shape_codec dynamodb_attribute_map_codec;
extern const struct shape_codec dynamodb_put_item_input_attribute_map_codec;
extern const struct shape_codec dynamodb_key_codec;
extern const struct shape_codec dynamodb_expression_attribute_value_map_codec;
extern const struct shape_codec dynamodb_item_collection_key_attribute_map_codec;
extern const struct shape_codec dynamodb_attribute_value_codec;
extern const struct shape_codec dynamodbstreams_attribute_map_codec;

const struct shape_codec dynamodb_attribute_map_codec = {read_map, write_map, is_set};
const struct shape_codec dynamodb_put_item_input_attribute_map_codec = {read_map, write_map,
                                                                        is_set};
const struct shape_codec dynamodb_key_codec = {read_map, write_map, is_set};
const struct shape_codec dynamodb_expression_attribute_value_map_codec = {read_map, write_map,
                                                                          is_set};
const struct shape_codec dynamodb_item_collection_key_attribute_map_codec = {read_map, write_map,
                                                                             is_set};
const struct shape_codec dynamodb_attribute_value_codec = {read_value, write_value, is_set};
const struct shape_codec dynamodbstreams_attribute_map_codec = {read_map, write_map, is_set};
