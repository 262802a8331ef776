/* Transactions. */
#include "emulator/services/dynamodb/item/transaction.h"

#include "emulator/services/dynamodb/item/throttle.h"

enum { transaction_actions_max = 100, transaction_bytes_max = 4 * 1024 * 1024 };

void ddb_verdict_init(struct ddb_verdict *verdict, struct call *call, size_t count)
{
    *verdict = (struct ddb_verdict){
        call, ARENA_ARRAY(call->arena, struct dynamodb_cancellation_reason, count), count, false};
    for (size_t i = 0; i < count; i++)
        verdict->reasons[i].code = SLICE("None");
}

struct err ddb_verdict_take(struct ddb_verdict *verdict, size_t at, struct err e)
{
    struct dynamodb_cancellation_reason *reason = &verdict->reasons[at];
    if (!failed(e))
        return OK;
    if (e.info == &DYNAMODB_CONDITIONAL_CHECK_FAILED_EXCEPTION.info) {
        const struct dynamodb_conditional_check_failed_exception *members =
            verdict->call->fault_members;
        reason->code = SLICE("ConditionalCheckFailed");
        reason->item = members->item;
    } else if (e.info == &DYNAMODB_DUPLICATE_ITEM_EXCEPTION.info) {
        reason->code = SLICE("DuplicateItem");
    } else if (ddb_is_throttled(e)) {
        bool provisioned = e.info != &DYNAMODB_THROTTLING_EXCEPTION.info;
        reason->code =
            provisioned ? SLICE("ProvisionedThroughputExceeded") : SLICE("ThrottlingError");
    } else if (e.info == &DDB_VALIDATION_EXCEPTION.info) {
        reason->code = SLICE("ValidationError");
    } else {
        return e;
    }
    reason->message = verdict->call->fault_message;
    verdict->cancelled = true;
    return OK;
}

struct err ddb_verdict_tell(const struct ddb_verdict *verdict)
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

struct err ddb_targets_check(struct call *call, const struct ddb_target *targets, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (targets[i].use == targets[j].use &&
                key_equal(&targets[i].use->table.keys, targets[i].key, targets[j].key))
                return fail(call, &DDB_VALIDATION_EXCEPTION,
                            "Transaction request cannot include multiple operations on one item");
    return OK;
}

struct err ddb_transaction_check_bytes(struct call *call, size_t bytes)
{
    if (bytes > transaction_bytes_max)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The aggregate size of the items in the transaction exceeds the limit of 4 MB");
    return OK;
}

void ddb_writing_init(struct ddb_writing *w, struct call *call, size_t count)
{
    *w = (struct ddb_writing){
        .call = call,
        .changes = ARENA_ARRAY(call->arena, struct ddb_change, count),
        .targets = ARENA_ARRAY(call->arena, struct ddb_target, count),
        .count = count,
    };
    ddb_table_uses_init(&w->uses, call, count);
    ddb_verdict_init(&w->verdict, call, count);
}

struct err ddb_writing_find_tables(struct ddb_writing *w)
{
    for (size_t i = 0; i < w->count; i++)
        TRY(ddb_table_uses_find(&w->uses, w->changes[i].table_name, &w->targets[i].use));
    return OK;
}

struct err ddb_writing_match(struct ddb_writing *w)
{
    for (size_t i = 0; i < w->count; i++) {
        w->targets[i].key = &w->changes[i].subject->map;
        TRY(ddb_verdict_take(&w->verdict, i,
                             ddb_change_match(&w->changes[i], &w->targets[i].use->table)));
    }
    TRY(ddb_verdict_tell(&w->verdict));
    return ddb_targets_check(w->call, w->targets, w->count);
}

struct err ddb_writing_prepare(struct ddb_writing *w)
{
    size_t bytes = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct ddb_change *change = &w->changes[i];
        change->times = DDB_TRANSACTION_COST;
        TRY(ddb_verdict_take(&w->verdict, i, ddb_change_prepare(change)));
        size_t size = attr_map_size(&change->item);
        bytes += size > change->write.old_size ? size : change->write.old_size;
        TRY(ddb_transaction_check_bytes(w->call, bytes));
    }
    return ddb_verdict_tell(&w->verdict);
}

struct err ddb_writing_apply(struct ddb_writing *w, struct slice wanted_metrics)
{
    for (size_t i = 0; i < w->count; i++) {
        struct ddb_change *change = &w->changes[i];
        struct ddb_table_use *use = w->targets[i].use;
        TRY(ddb_change_apply(change));
        ddb_table_use_add_usage(use, &change->write.usage, DDB_TRANSACTION_COST);
        if (change->kind != CHANGE_CHECK)
            ddb_table_use_add_collection(use, &change->write, wanted_metrics, w->targets[i].key);
    }
    return OK;
}

struct err ddb_writing_answer_again(struct ddb_writing *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct ddb_write write;
        struct ddb_table_use *use = w->targets[i].use;
        TRY(ddb_write_begin(&write, w->call, &use->table, w->targets[i].key));
        use->usage.table += ddb_read_units(write.old_size, true) * DDB_TRANSACTION_COST;
    }
    return OK;
}
