/* TransactWriteItems and TransactGetItems. */
#include "emulator/services/dynamodb/item/read_item.h"
#include "emulator/services/dynamodb/item/token.h"
#include "emulator/services/dynamodb/item/transaction.h"

static struct ddb_change change_of_check(const struct dynamodb_condition_check *given)
{
    return (struct ddb_change){
        .kind = CHANGE_CHECK,
        .table_name = given->table_name,
        .subject = &given->key,
        .names = &given->expression_attribute_names,
        .values = &given->expression_attribute_values,
        .condition_expression = given->condition_expression,
        .return_values_on_failure = given->return_values_on_condition_check_failure,
    };
}

static struct ddb_change change_of_put(const struct dynamodb_put *given)
{
    return (struct ddb_change){
        .kind = CHANGE_PUT,
        .table_name = given->table_name,
        .subject = &given->item,
        .names = &given->expression_attribute_names,
        .values = &given->expression_attribute_values,
        .condition_expression = given->condition_expression,
        .return_values_on_failure = given->return_values_on_condition_check_failure,
    };
}

static struct ddb_change change_of_delete(const struct dynamodb_delete *given)
{
    return (struct ddb_change){
        .kind = CHANGE_DELETE,
        .table_name = given->table_name,
        .subject = &given->key,
        .names = &given->expression_attribute_names,
        .values = &given->expression_attribute_values,
        .condition_expression = given->condition_expression,
        .return_values_on_failure = given->return_values_on_condition_check_failure,
    };
}

static struct ddb_change change_of_update(const struct dynamodb_update *given)
{
    return (struct ddb_change){
        .kind = CHANGE_UPDATE,
        .table_name = given->table_name,
        .subject = &given->key,
        .names = &given->expression_attribute_names,
        .values = &given->expression_attribute_values,
        .update_expression = given->update_expression,
        .condition_expression = given->condition_expression,
        .return_values_on_failure = given->return_values_on_condition_check_failure,
    };
}

static struct err take_action(struct ddb_writing *w,
                              const struct dynamodb_transact_write_item *given,
                              struct ddb_change *change)
{
    int actions = (given->condition_check != NULL) + (given->put != NULL) +
                  (given->delete != NULL) + (given->update != NULL);
    if (actions != 1)
        return fail(w->call, &DDB_VALIDATION_EXCEPTION,
                    "TransactItems can only contain one of Check, Put, Update or Delete");
    *change = given->condition_check ? change_of_check(given->condition_check)
              : given->put           ? change_of_put(given->put)
              : given->delete        ? change_of_delete(given->delete)
                                     : change_of_update(given->update);
    TRY(ddb_change_begin(change, w->call));
    return ddb_change_parse(change);
}

static struct err parse_writing(struct ddb_writing *w, struct call *call,
                                const struct dynamodb_transact_write_items_input *in)
{
    const struct dynamodb_transact_write_item_list *given = &in->transact_items;
    ddb_writing_init(w, call, given->count);
    for (size_t i = 0; i < w->count; i++)
        TRY(take_action(w, &given->items[i], &w->changes[i]));
    return OK;
}

struct err dynamodb_transact_write_items(struct call *call,
                                         const struct dynamodb_transact_write_items_input *in,
                                         struct dynamodb_transact_write_items_output *out)
{
    struct ddb_writing w;
    struct ddb_token token;
    bool repeated = false;
    TRY(parse_writing(&w, call, in));
    if (slice_is_set(in->client_request_token)) {
        token = ddb_token_of(call, in->client_request_token, w.changes, w.count);
        TRY(ddb_token_check(&token, &repeated));
    }
    TRY(ddb_writing_find_tables(&w));
    TRY(ddb_writing_match(&w));
    if (repeated) {
        TRY(ddb_writing_answer_again(&w));
    } else {
        TRY(ddb_writing_prepare(&w));
        TRY(ddb_writing_apply(&w, in->return_item_collection_metrics));
        if (slice_is_set(in->client_request_token))
            TRY(ddb_token_keep(&token));
    }
    out->consumed_capacity = ddb_table_uses_consumed(
        &w.uses, in->return_consumed_capacity, repeated ? CAPACITY_OF_READS : CAPACITY_OF_WRITES);
    out->item_collection_metrics = ddb_table_uses_collections(&w.uses);
    return OK;
}

struct reading {
    struct call *call;
    const struct dynamodb_transact_get_item_list *given;
    struct ddb_read *reads;
    struct ddb_target *targets;
    struct ddb_table_uses uses;
    struct ddb_verdict verdict;
};

static struct err parse_reading(struct reading *r, struct call *call,
                                const struct dynamodb_transact_get_items_input *in)
{
    static const struct dynamodb_attribute_name_list no_attributes = {0};
    size_t count = in->transact_items.count;
    *r = (struct reading){
        .call = call,
        .given = &in->transact_items,
        .reads = ARENA_ARRAY(call->arena, struct ddb_read, count),
        .targets = ARENA_ARRAY(call->arena, struct ddb_target, count),
    };
    ddb_table_uses_init(&r->uses, call, count);
    ddb_verdict_init(&r->verdict, call, count);
    for (size_t i = 0; i < count; i++) {
        const struct dynamodb_get *get = r->given->items[i].get;
        TRY(ddb_read_begin(&r->reads[i], call, &get->expression_attribute_names,
                           get->projection_expression));
        TRY(ddb_check_noted(call, &get->key));
        TRY(ddb_read_parse(&r->reads[i], get->projection_expression, &no_attributes));
    }
    return OK;
}

static struct err match_reading(struct reading *r)
{
    for (size_t i = 0; i < r->given->count; i++) {
        const struct dynamodb_get *get = r->given->items[i].get;
        r->targets[i].key = &get->key.map;
        TRY(ddb_table_uses_find(&r->uses, get->table_name, &r->targets[i].use));
    }
    for (size_t i = 0; i < r->given->count; i++)
        TRY(ddb_verdict_take(&r->verdict, i,
                             ddb_read_check_key(&r->reads[i], &r->targets[i].use->table,
                                                &r->given->items[i].get->key)));
    TRY(ddb_verdict_tell(&r->verdict));
    return ddb_targets_check(r->call, r->targets, r->given->count);
}

struct err dynamodb_transact_get_items(struct call *call,
                                       const struct dynamodb_transact_get_items_input *in,
                                       struct dynamodb_transact_get_items_output *out)
{
    size_t count = in->transact_items.count;
    size_t bytes = 0;
    struct reading r;
    TRY(parse_reading(&r, call, in));
    TRY(match_reading(&r));
    out->responses = (struct dynamodb_item_response_list){
        ARENA_ARRAY(call->arena, struct dynamodb_item_response, count), count, true};
    for (size_t i = 0; i < count; i++) {
        struct ddb_table_use *use = r.targets[i].use;
        size_t size;
        TRY(ddb_read_find(&r.reads[i], &use->table, &in->transact_items.items[i].get->key,
                          &out->responses.items[i].item, &size));
        TRY(ddb_verdict_take(
            &r.verdict, i, ddb_table_use_charge_read(call, use, size, true, DDB_TRANSACTION_COST)));
        bytes += size;
        TRY(ddb_transaction_check_bytes(call, bytes));
    }
    TRY(ddb_verdict_tell(&r.verdict));
    out->consumed_capacity =
        ddb_table_uses_consumed(&r.uses, in->return_consumed_capacity, CAPACITY_OF_READS);
    return OK;
}
