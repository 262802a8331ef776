#pragma once
/*
 * What all transactions share, however their actions are written: the verdict on each action, the
 * rule that no two of them meet in one item, and the steps of a transaction that writes.
 */
#include "emulator/services/dynamodb/item/change.h"
#include "emulator/services/dynamodb/table/table_use.h"

/* A transaction's actions cost twice: they are prepared and then committed. */
#define DDB_TRANSACTION_COST 2

/* The verdict on each action, in their order. */
struct ddb_verdict {
    struct call *call;
    struct dynamodb_cancellation_reason *reasons;
    size_t count;
    bool cancelled;
};

void ddb_verdict_init(struct ddb_verdict *verdict, struct call *call, size_t count);
/* Takes an action's fault as its reason; what is no fault of the action fails the call. */
struct err ddb_verdict_take(struct ddb_verdict *verdict, size_t at, struct err e);
/* TransactionCanceledException when any action has a reason. */
struct err ddb_verdict_tell(const struct ddb_verdict *verdict);

/* The key of one action, in the table that it names. */
struct ddb_target {
    struct ddb_table_use *use;
    const struct attr_map *key; /* or the item that is put */
};

/* Once all keys are checked: no two actions may meet in one item. */
struct err ddb_targets_check(struct call *call, const struct ddb_target *targets, size_t count);
/* The items of one transaction have a limit together. */
struct err ddb_transaction_check_bytes(struct call *call, size_t bytes);

/*
 * A transaction that writes. The caller makes and parses `changes`; then the steps come in this
 * order, and each may fail the call.
 */
struct ddb_writing {
    struct call *call;
    struct ddb_change *changes;
    struct ddb_target *targets;
    size_t count;
    struct ddb_table_uses uses;
    struct ddb_verdict verdict;
};

void ddb_writing_init(struct ddb_writing *w, struct call *call, size_t count);
/* Finds the changes' tables. */
struct err ddb_writing_find_tables(struct ddb_writing *w);
/* Checks the changes against their tables and one another. */
struct err ddb_writing_match(struct ddb_writing *w);
/* All conditions are judged on the items as they are before the transaction. */
struct err ddb_writing_prepare(struct ddb_writing *w);
struct err ddb_writing_apply(struct ddb_writing *w, struct slice wanted_metrics);
/* In place of prepare and apply, for a request that repeats one: it costs reading its items. */
struct err ddb_writing_answer_again(struct ddb_writing *w);
