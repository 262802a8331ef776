/* The ports' tables of functions, and what belongs to no resource. */
#include "api/adapters/pg/store.h"

static const struct pg_statement ready_statement = {
    "ready", "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'",
    true};

static bool is_ready(void *context)
{
    struct arena arena = {0};
    struct pg_rows rows;
    bool ready = false;
    if (!failed(pg_call(context, &ready_statement, NULL, 0, &arena, &rows, NULL))) {
        ready = rows.count == 1 && pg_rows_bool(&rows, 0, 0);
        pg_rows_done(&rows);
    }
    arena_done(&arena);
    return ready;
}

struct ledger_store pg_ledger_store(struct pg *pg)
{
    return (struct ledger_store){
        .context = pg,
        .account_create = pg_account_create,
        .account_get = pg_account_get,
        .account_list = pg_account_list,
        .entry_list = pg_entry_list,
        .transfer_post = pg_transfer_post,
        .transfer_get = pg_transfer_get,
        .transfer_list = pg_transfer_list,
        .customer_create = pg_customer_create,
        .customer_get = pg_customer_get,
        .customer_list = pg_customer_list,
        .is_ready = is_ready,
    };
}
