/* Reads of single items. */
#include "emulator/services/dynamodb/item/read_item.h"

#include "emulator/services/dynamodb/item/legacy.h"

struct err ddb_read_begin(struct ddb_read *read, struct call *call,
                          const struct dynamodb_expression_attribute_name_map *names,
                          struct slice projection_expression)
{
    const struct ddb_expression expressions[] = {
        {"ProjectionExpression", projection_expression}
    };
    *read = (struct ddb_read){0};
    return ddb_request_begin(&read->request, call, names, NULL, expressions, 1, 0);
}

struct err ddb_read_parse(struct ddb_read *read, struct slice projection_expression,
                          const struct dynamodb_attribute_name_list *attributes_to_get)
{
    if (!slice_is_set(projection_expression))
        return ddb_legacy_attributes(&read->request, attributes_to_get, &read->projection);
    struct expression_input input =
        ddb_request_input(&read->request, "ProjectionExpression", projection_expression);
    TRY_TOLD(read->request.call, &read->request.refusal,
             projection_parse(&input, &read->projection));
    return ddb_request_parsed(&read->request);
}

struct err ddb_read_check_key(struct ddb_read *read, const struct ddb_table *table,
                              const struct ddb_item *key)
{
    struct ddb_refusal *refusal = &read->request.refusal;
    return ddb_told(read->request.call, key_check_key(&table->keys, &key->map, refusal), refusal);
}

struct err ddb_read_find(const struct ddb_read *read, const struct ddb_table *table,
                         const struct ddb_item *key, struct ddb_item *item, size_t *size)
{
    struct call *call = read->request.call;
    struct ddb_stored stored;
    struct attr_map projected;
    struct buf bytes;
    *item = (struct ddb_item){0};
    buf_init_arena(&bytes, call->arena, KEY_BYTES_MAX);
    key_encode(&bytes, &table->keys, &key->map);
    TRY(ddb_store_find_item(call, table, buf_slice(&bytes), &stored));
    *size = stored.size;
    if (!slice_is_set(stored.bytes))
        return OK;
    *item = ddb_item_of_bytes(stored.bytes);
    if (read->projection.count == 0)
        return OK;
    if (!projection_apply_bytes(call->arena, &read->projection, stored.bytes, &projected))
        return ERR(&DDB_DAMAGED);
    *item = ddb_item_of_map(projected);
    return OK;
}
