/* BatchGetItem and BatchWriteItem. */
#include "emulator/services/dynamodb/item/change.h"
#include "emulator/services/dynamodb/item/legacy.h"
#include "emulator/services/dynamodb/item/read_item.h"
#include "emulator/services/dynamodb/item/throttle.h"
#include "emulator/services/dynamodb/table/table_use.h"

enum { batch_reads_max = 100, batch_writes_max = 25, batch_read_bytes_max = 16 * 1024 * 1024 };

static struct err refuse_duplicates(struct call *call)
{
    return fail(call, &DDB_VALIDATION_EXCEPTION, "Provided list of item keys contains duplicates");
}

/* One table's share of a BatchGetItem. */
struct batch_read {
    struct ddb_read read;
    struct ddb_table_use *use;
};

static bool has_equal_keys(const struct dynamodb_key_list *keys)
{
    for (size_t i = 1; i < keys->count; i++)
        for (size_t j = 0; j < i; j++) {
            struct attr_value a = {.type = ATTR_M, .map = keys->items[i].map};
            struct attr_value b = {.type = ATTR_M, .map = keys->items[j].map};
            if (attr_equal(&a, &b))
                return true;
        }
    return false;
}

static struct err parse_read(struct call *call, const struct dynamodb_keys_and_attributes *given,
                             struct batch_read *part)
{
    TRY(ddb_read_begin(&part->read, call, &given->expression_attribute_names,
                       given->projection_expression));
    for (size_t i = 0; i < given->keys.count; i++)
        TRY(ddb_check_noted(call, &given->keys.items[i]));
    TRY(ddb_read_parse(&part->read, given->projection_expression, &given->attributes_to_get));
    return has_equal_keys(&given->keys) ? refuse_duplicates(call) : OK;
}

/* The two kinds do not mix in one request, even where each is of another table. */
static struct err check_unmixed(struct call *call,
                                const struct dynamodb_batch_get_request_map *given)
{
    struct ddb_parameter legacy = {"AttributesToGet", false};
    struct ddb_parameter expression = {"ProjectionExpression", false};
    for (size_t i = 0; i < given->count; i++) {
        const struct dynamodb_keys_and_attributes *part = &given->items[i].value;
        legacy.given = legacy.given || part->attributes_to_get.is_set;
        expression.given = expression.given || slice_is_set(part->projection_expression);
    }
    return ddb_check_unmixed(call, &legacy, 1, &expression, 1);
}

static struct err parse_reads(struct call *call, const struct dynamodb_batch_get_request_map *given,
                              struct batch_read *parts)
{
    size_t count = 0;
    for (size_t i = 0; i < given->count; i++)
        count += given->items[i].value.keys.count;
    if (count > batch_reads_max)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Too many items requested for the BatchGetItem call");
    TRY(check_unmixed(call, given));
    for (size_t i = 0; i < given->count; i++)
        TRY(parse_read(call, &given->items[i].value, &parts[i]));
    return OK;
}

static struct err match_reads(struct ddb_table_uses *uses,
                              const struct dynamodb_batch_get_request_map *given,
                              struct batch_read *parts)
{
    for (size_t i = 0; i < given->count; i++) {
        const struct dynamodb_key_list *keys = &given->items[i].value.keys;
        TRY(ddb_table_uses_find(uses, given->items[i].key, &parts[i].use));
        for (size_t j = 0; j < keys->count; j++)
            TRY(ddb_read_check_key(&parts[i].read, &parts[i].use->table, &keys->items[j]));
    }
    return OK;
}

/* What the last action that was throttled failed with. */
struct spared {
    const struct fault *fault;
};

/* Takes a fault of throttling back: its action stays unprocessed, and the rest goes on. */
static bool spare(struct call *call, struct err e, struct spared *spared)
{
    if (!ddb_is_throttled(e))
        return false;
    spared->fault = call->fault;
    call->fault = NULL;
    return true;
}

/* Where nothing at all could be done, the whole batch fails. */
static struct err check_progress(struct call *call, size_t done, const struct spared *spared)
{
    if (done > 0 || !spared->fault)
        return OK;
    call->fault = spared->fault;
    return ERR(&spared->fault->info);
}

/* Reads keys in their order until the answer is full, or the table has no units left; `done` is how
 * many were read. */
static struct err read_keys(struct batch_read *part,
                            const struct dynamodb_keys_and_attributes *given, size_t *bytes,
                            struct dynamodb_item_list *found, size_t *done, struct spared *spared)
{
    struct call *call = part->read.request.call;
    *found = (struct dynamodb_item_list){
        ARENA_ARRAY(call->arena, struct ddb_item, given->keys.count), 0, true};
    for (*done = 0; *done < given->keys.count && *bytes < batch_read_bytes_max; (*done)++) {
        struct ddb_item item;
        size_t size;
        TRY(ddb_read_find(&part->read, &part->use->table, &given->keys.items[*done], &item, &size));
        if (*bytes + size > batch_read_bytes_max) {
            *bytes = batch_read_bytes_max;
            return OK;
        }
        struct err e =
            ddb_table_use_charge_read(call, part->use, size, given->consistent_read.value, 1);
        if (spare(call, e, spared))
            return OK;
        TRY(e);
        *bytes += size;
        if (item.is_set)
            found->items[found->count++] = item;
    }
    return OK;
}

static struct err read_all(struct call *call, const struct dynamodb_batch_get_request_map *given,
                           struct batch_read *parts, struct dynamodb_batch_get_item_output *out)
{
    struct dynamodb_batch_get_response_map *found = &out->responses;
    struct dynamodb_batch_get_request_map *left = &out->unprocessed_keys;
    size_t bytes = 0;
    size_t read = 0;
    struct spared spared = {0};
    found->items =
        ARENA_ARRAY(call->arena, struct dynamodb_batch_get_response_map_entry, given->count);
    left->items =
        ARENA_ARRAY(call->arena, struct dynamodb_batch_get_request_map_entry, given->count);
    found->is_set = left->is_set = true;
    for (size_t i = 0; i < given->count; i++) {
        struct dynamodb_batch_get_request_map_entry rest = given->items[i];
        struct dynamodb_batch_get_response_map_entry *entry = &found->items[found->count++];
        size_t done;
        entry->key = rest.key;
        TRY(read_keys(&parts[i], &rest.value, &bytes, &entry->value, &done, &spared));
        read += done;
        rest.value.keys.items += done;
        rest.value.keys.count -= done;
        if (rest.value.keys.count > 0)
            left->items[left->count++] = rest;
    }
    return check_progress(call, read, &spared);
}

struct err dynamodb_batch_get_item(struct call *call,
                                   const struct dynamodb_batch_get_item_input *in,
                                   struct dynamodb_batch_get_item_output *out)
{
    const struct dynamodb_batch_get_request_map *given = &in->request_items;
    struct batch_read *parts = ARENA_ARRAY(call->arena, struct batch_read, given->count);
    struct ddb_table_uses uses;
    ddb_table_uses_init(&uses, call, given->count);
    TRY(parse_reads(call, given, parts));
    TRY(match_reads(&uses, given, parts));
    TRY(read_all(call, given, parts, out));
    out->consumed_capacity =
        ddb_table_uses_consumed(&uses, in->return_consumed_capacity, CAPACITY_SUM);
    return OK;
}

struct batch_write {
    struct call *call;
    struct ddb_change changes[batch_writes_max];
    struct ddb_table_use *uses[batch_writes_max]; /* of each change */
    const struct dynamodb_write_request *given[batch_writes_max];
    size_t count;
    struct spared spared;
};

static struct err add_write(struct batch_write *batch, struct slice table_name,
                            const struct dynamodb_write_request *given)
{
    const struct dynamodb_put_request *put = given->put_request;
    const struct dynamodb_delete_request *removal = given->delete_request;
    if ((put != NULL) == (removal != NULL))
        return fail(batch->call, &DDB_VALIDATION_EXCEPTION,
                    "Supplied WriteRequest must contain exactly one of PutRequest and "
                    "DeleteRequest");
    if (batch->count == batch_writes_max)
        return fail(batch->call, &DDB_VALIDATION_EXCEPTION,
                    "Too many items requested for the BatchWriteItem call");
    batch->given[batch->count] = given;
    struct ddb_change *change = &batch->changes[batch->count++];
    *change = (struct ddb_change){
        .kind = put ? CHANGE_PUT : CHANGE_DELETE,
        .table_name = table_name,
        .subject = put ? &put->item : &removal->key,
    };
    TRY(ddb_change_begin(change, batch->call));
    return ddb_change_parse(change);
}

static struct err parse_writes(struct batch_write *batch,
                               const struct dynamodb_batch_write_item_request_map *given)
{
    for (size_t i = 0; i < given->count; i++)
        for (size_t j = 0; j < given->items[i].value.count; j++)
            TRY(add_write(batch, given->items[i].key, &given->items[i].value.items[j]));
    return OK;
}

static struct err match_writes(struct batch_write *batch, struct ddb_table_uses *uses)
{
    for (size_t i = 0; i < batch->count; i++)
        TRY(ddb_table_uses_find(uses, batch->changes[i].table_name, &batch->uses[i]));
    for (size_t i = 0; i < batch->count; i++) {
        struct ddb_change *change = &batch->changes[i];
        TRY(ddb_change_match(change, &batch->uses[i]->table));
        for (size_t j = 0; j < i; j++)
            if (batch->uses[i] == batch->uses[j] &&
                key_equal(&change->table->keys, &change->subject->map,
                          &batch->changes[j].subject->map))
                return refuse_duplicates(batch->call);
    }
    return OK;
}

/* Under the name that the request gave its table. */
static void leave_over(struct batch_write *batch, size_t at,
                       struct dynamodb_batch_write_item_request_map *left)
{
    struct arena *arena = batch->call->arena;
    struct slice name = batch->changes[at].table_name;
    size_t i = 0;
    if (!left->items)
        left->items = ARENA_ARRAY(arena, struct dynamodb_batch_write_item_request_map_entry,
                                  batch_writes_max);
    while (i < left->count && !slice_eq(left->items[i].key, name))
        i++;
    struct dynamodb_write_requests *requests = &left->items[i].value;
    if (i == left->count) {
        left->items[left->count++].key = name;
        *requests = (struct dynamodb_write_requests){
            ARENA_ARRAY(arena, struct dynamodb_write_request, batch_writes_max), 0, true};
    }
    requests->items[requests->count++] = *batch->given[at];
}

static struct err make_writes(struct batch_write *batch, struct slice wanted_metrics,
                              struct dynamodb_batch_write_item_request_map *left)
{
    size_t made = 0;
    left->is_set = true;
    for (size_t i = 0; i < batch->count; i++) {
        struct ddb_change *change = &batch->changes[i];
        struct err e = ddb_change_prepare(change);
        if (spare(batch->call, e, &batch->spared)) {
            leave_over(batch, i, left);
            continue;
        }
        TRY(e);
        TRY(ddb_change_apply(change));
        made++;
        ddb_table_use_add_usage(batch->uses[i], &change->write.usage, 1);
        ddb_table_use_add_collection(batch->uses[i], &change->write, wanted_metrics,
                                     &change->subject->map);
    }
    return check_progress(batch->call, made, &batch->spared);
}

/* Every request is made or the whole batch refused; only throttling leaves some unprocessed. */
struct err dynamodb_batch_write_item(struct call *call,
                                     const struct dynamodb_batch_write_item_input *in,
                                     struct dynamodb_batch_write_item_output *out)
{
    struct batch_write *batch = ARENA_NEW(call->arena, struct batch_write);
    struct ddb_table_uses uses;
    batch->call = call;
    ddb_table_uses_init(&uses, call, batch_writes_max);
    TRY(parse_writes(batch, &in->request_items));
    TRY(match_writes(batch, &uses));
    TRY(make_writes(batch, in->return_item_collection_metrics, &out->unprocessed_items));
    out->consumed_capacity =
        ddb_table_uses_consumed(&uses, in->return_consumed_capacity, CAPACITY_SUM);
    out->item_collection_metrics = ddb_table_uses_collections(&uses);
    return OK;
}
