/* TransactWriteItems and TransactGetItems. */
#include "emulator/services/dynamodb/item/change.h"
#include "emulator/services/dynamodb/item/read_item.h"
#include "emulator/services/dynamodb/item/token.h"
#include "emulator/services/dynamodb/table/table_use.h"

enum { transaction_actions_max = 100, transaction_bytes_max = 4 * 1024 * 1024 };

/* A transaction's actions cost twice: they are prepared and then committed. */
static const double transaction_cost = 2;

/* The verdict on each action, in their order. */
struct verdict {
    struct call *call;
    struct dynamodb_cancellation_reason *reasons;
    size_t count;
    bool cancelled;
};

static void verdict_init(struct verdict *verdict, struct call *call, size_t count)
{
    *verdict = (struct verdict){
        call, ARENA_ARRAY(call->arena, struct dynamodb_cancellation_reason, count), count, false};
    for (size_t i = 0; i < count; i++)
        verdict->reasons[i].code = SLICE("None");
}

/* Takes an action's fault as its reason; what is no fault of the action fails the call. */
static struct err verdict_take(struct verdict *verdict, size_t at, struct err e)
{
    struct dynamodb_cancellation_reason *reason = &verdict->reasons[at];
    if (!failed(e))
        return OK;
    if (e.info == &DYNAMODB_CONDITIONAL_CHECK_FAILED_EXCEPTION.info) {
        const struct dynamodb_conditional_check_failed_exception *members =
            verdict->call->fault_members;
        reason->code = SLICE("ConditionalCheckFailed");
        reason->item = members->item;
    } else if (e.info == &DDB_VALIDATION_EXCEPTION.info) {
        reason->code = SLICE("ValidationError");
    } else {
        return e;
    }
    reason->message = verdict->call->fault_message;
    verdict->cancelled = true;
    return OK;
}

static struct err verdict_tell(const struct verdict *verdict)
{
    struct call *call = verdict->call;
    struct dynamodb_transaction_canceled_exception *members =
        ARENA_NEW(call->arena, struct dynamodb_transaction_canceled_exception);
    struct buf codes;
    if (!verdict->cancelled)
        return OK;
    members->cancellation_reasons =
        (struct dynamodb_cancellation_reason_list){verdict->reasons, verdict->count, true};
    buf_init_arena(&codes, call->arena, 64UL * transaction_actions_max);
    for (size_t i = 0; i < verdict->count; i++) {
        buf_append_cstr(&codes, i > 0 ? ", " : "");
        buf_append(&codes, verdict->reasons[i].code);
    }
    /* The model spells this error's message with a capital: AWS's clients look for both. */
    members->message = arena_printf(call->arena,
                                    "Transaction cancelled, please refer cancellation reasons for "
                                    "specific reasons [" SLICE_FMT "]",
                                    SLICE_ARG(buf_slice(&codes)));
    return fail_with(call, &DYNAMODB_TRANSACTION_CANCELED_EXCEPTION, members, SLICE_FMT,
                     SLICE_ARG(members->message));
}

/* The key of one action, in the table that it names. */
struct target {
    struct ddb_table_use *use;
    const struct attr_map *key; /* or the item that is put */
};

/* Once all keys are checked: no two actions may meet in one item. */
static struct err check_targets(struct call *call, const struct target *targets, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (targets[i].use == targets[j].use &&
                key_equal(&targets[i].use->table.keys, targets[i].key, targets[j].key))
                return fail(call, &DDB_VALIDATION_EXCEPTION,
                            "Transaction request cannot include multiple operations on one item");
    return OK;
}

static struct err check_bytes(struct call *call, size_t bytes)
{
    if (bytes > transaction_bytes_max)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The aggregate size of the items in the transaction exceeds the limit of 4 MB");
    return OK;
}

struct writing {
    struct call *call;
    struct ddb_change *changes;
    struct target *targets;
    size_t count;
    struct ddb_table_uses uses;
    struct verdict verdict;
};

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

static struct err take_action(struct writing *w, const struct dynamodb_transact_write_item *given,
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

static struct err parse_writing(struct writing *w, struct call *call,
                                const struct dynamodb_transact_write_items_input *in)
{
    const struct dynamodb_transact_write_item_list *given = &in->transact_items;
    *w = (struct writing){
        .call = call,
        .changes = ARENA_ARRAY(call->arena, struct ddb_change, given->count),
        .targets = ARENA_ARRAY(call->arena, struct target, given->count),
        .count = given->count,
    };
    ddb_table_uses_init(&w->uses, call, given->count);
    verdict_init(&w->verdict, call, given->count);
    for (size_t i = 0; i < w->count; i++)
        TRY(take_action(w, &given->items[i], &w->changes[i]));
    return OK;
}

static struct err match_writing(struct writing *w)
{
    for (size_t i = 0; i < w->count; i++) {
        w->targets[i].key = &w->changes[i].subject->map;
        TRY(ddb_table_uses_find(&w->uses, w->changes[i].table_name, &w->targets[i].use));
    }
    for (size_t i = 0; i < w->count; i++)
        TRY(verdict_take(&w->verdict, i,
                         ddb_change_match(&w->changes[i], &w->targets[i].use->table)));
    TRY(verdict_tell(&w->verdict));
    return check_targets(w->call, w->targets, w->count);
}

/* All conditions are judged on the items as they are before the transaction. */
static struct err prepare_writing(struct writing *w)
{
    size_t bytes = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct ddb_change *change = &w->changes[i];
        TRY(verdict_take(&w->verdict, i, ddb_change_prepare(change)));
        size_t size = attr_map_size(&change->item);
        bytes += size > change->write.old_size ? size : change->write.old_size;
        TRY(check_bytes(w->call, bytes));
    }
    return verdict_tell(&w->verdict);
}

static struct err apply_writing(struct writing *w, struct slice wanted_metrics)
{
    for (size_t i = 0; i < w->count; i++) {
        struct ddb_change *change = &w->changes[i];
        struct ddb_table_use *use = w->targets[i].use;
        TRY(ddb_change_apply(change));
        ddb_table_use_add_usage(use, &change->write.usage, transaction_cost);
        if (change->kind != CHANGE_CHECK)
            ddb_table_use_add_collection(use, &change->write, wanted_metrics, w->targets[i].key);
    }
    return OK;
}

/* A repeated request changes nothing and costs what reading its items costs. */
static struct err answer_again(struct writing *w)
{
    TRY(match_writing(w));
    for (size_t i = 0; i < w->count; i++) {
        struct ddb_write write;
        struct ddb_table_use *use = w->targets[i].use;
        TRY(ddb_write_begin(&write, w->call, &use->table, w->targets[i].key));
        use->usage.table += ddb_read_units(write.old_size, true) * transaction_cost;
    }
    return OK;
}

struct err dynamodb_transact_write_items(struct call *call,
                                         const struct dynamodb_transact_write_items_input *in,
                                         struct dynamodb_transact_write_items_output *out)
{
    struct writing w;
    struct ddb_token token;
    bool repeated = false;
    TRY(parse_writing(&w, call, in));
    if (slice_is_set(in->client_request_token)) {
        token = ddb_token_of(call, in->client_request_token, w.changes, w.count);
        TRY(ddb_token_check(&token, &repeated));
    }
    if (repeated) {
        TRY(answer_again(&w));
    } else {
        TRY(match_writing(&w));
        TRY(prepare_writing(&w));
        TRY(apply_writing(&w, in->return_item_collection_metrics));
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
    struct target *targets;
    struct ddb_table_uses uses;
    struct verdict verdict;
};

static struct err parse_reading(struct reading *r, struct call *call,
                                const struct dynamodb_transact_get_items_input *in)
{
    size_t count = in->transact_items.count;
    *r = (struct reading){
        .call = call,
        .given = &in->transact_items,
        .reads = ARENA_ARRAY(call->arena, struct ddb_read, count),
        .targets = ARENA_ARRAY(call->arena, struct target, count),
    };
    ddb_table_uses_init(&r->uses, call, count);
    verdict_init(&r->verdict, call, count);
    for (size_t i = 0; i < count; i++) {
        const struct dynamodb_get *get = r->given->items[i].get;
        TRY(ddb_read_begin(&r->reads[i], call, &get->expression_attribute_names,
                           get->projection_expression));
        TRY(ddb_read_check_noted(call, &get->key));
        TRY(ddb_read_parse(&r->reads[i], get->projection_expression));
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
        TRY(verdict_take(&r->verdict, i,
                         ddb_read_check_key(&r->reads[i], &r->targets[i].use->table,
                                            &r->given->items[i].get->key)));
    TRY(verdict_tell(&r->verdict));
    return check_targets(r->call, r->targets, r->given->count);
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
        use->usage.table += ddb_read_units(size, true) * transaction_cost;
        bytes += size;
        TRY(check_bytes(call, bytes));
    }
    out->consumed_capacity =
        ddb_table_uses_consumed(&r.uses, in->return_consumed_capacity, CAPACITY_OF_READS);
    return OK;
}
