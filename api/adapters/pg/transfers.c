/* Transfers on Postgres: a row a leg, folded into transfers. */
#include "api/adapters/pg/page.h"
#include "api/adapters/pg/store.h"

/* The columns of the view transfer_legs; transfer_answer has them after its first two. */
#define LEG_COLUMNS                                                                                \
    "id, from_account, to_account, amount, currency, reference, description, metadata, "           \
    "idempotency_key, request_id, effective_at, recorded_at, leg, account_id, leg_amount, "        \
    "balance_after, account_version"

enum { answer_columns = 2, counter_columns = answer_columns + 17 };

static struct transfer transfer_at(const struct pg_rows *rows, int row, int column)
{
    return (struct transfer){
        .id = pg_rows_text(rows, row, column),
        .terms = {.from = pg_rows_text(rows, row, column + 1),
                  .to = pg_rows_text(rows, row, column + 2),
                  .amount = pg_rows_number(rows, row, column + 3),
                  .currency = pg_rows_text(rows, row, column + 4),
                  .reference = pg_rows_text(rows, row, column + 5),
                  .description = pg_rows_text(rows, row, column + 6),
                  .metadata = pg_rows_text(rows, row, column + 7)},
        .idempotency_key = pg_rows_text(rows, row, column + 8),
        .request_id = pg_rows_text(rows, row, column + 9),
        .effective_at = pg_rows_number(rows, row, column + 10),
        .recorded_at = pg_rows_number(rows, row, column + 11),
    };
}

static void add_leg(struct transfer *transfer, const struct pg_rows *rows, int row, int column)
{
    if (transfer->leg_count == TRANSFER_LEGS_MAX)
        return;
    transfer->legs[transfer->leg_count++] = (struct transfer_leg){
        .account = pg_rows_text(rows, row, column + 13),
        .amount = pg_rows_number(rows, row, column + 14),
        .balance_after = pg_rows_number(rows, row, column + 15),
        .account_version = pg_rows_number(rows, row, column + 16),
    };
}

static struct account_counters counters_at(const struct pg_rows *rows, int row)
{
    return (struct account_counters){
        .debit_normal = pg_rows_bool(rows, row, counter_columns),
        .debits_posted = pg_rows_number(rows, row, counter_columns + 1),
        .credits_posted = pg_rows_number(rows, row, counter_columns + 2),
        .debits_pending = pg_rows_number(rows, row, counter_columns + 3),
        .credits_pending = pg_rows_number(rows, row, counter_columns + 4),
        .unlimited = pg_rows_is_null(rows, row, counter_columns + 5),
        .overdraft_limit = pg_rows_number(rows, row, counter_columns + 5),
    };
}

static struct err read_outcome(const struct pg_rows *rows, struct transfer_outcome *outcome)
{
    if (rows->count == 0)
        return ERR(
            &INTERNAL_ERROR); /* a key whose transfer is gone: the tables were tampered with */
    outcome->replayed = pg_rows_bool(rows, 0, 1);
    outcome->request_id = pg_rows_text(rows, 0, answer_columns + 9);
    struct slice refusal = pg_rows_text(rows, 0, 0);
    if (slice_is_set(refusal)) {
        outcome->refusal = refusal_by_code(refusal);
        return OK;
    }
    outcome->transfer = transfer_at(rows, 0, answer_columns);
    outcome->has_counters = !outcome->replayed;
    for (int row = 0; row < rows->count && row < TRANSFER_LEGS_MAX; row++) {
        add_leg(&outcome->transfer, rows, row, answer_columns);
        if (outcome->has_counters)
            outcome->counters[row] = counters_at(rows, row);
    }
    return transfer_is_balanced(&outcome->transfer) ? OK : ERR(&INTERNAL_ERROR);
}

/* Repeatable, because the key makes it so. */
static const struct pg_statement post_statement = {
    "transfer_post",
    "SELECT * FROM transfer_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
    "$15, $16, $17, $18)",
    true};

struct err pg_transfer_post(void *context, const struct actor *actor, struct slice id,
                            const struct transfer_input *input, const struct idempotency *once,
                            struct arena *arena, struct transfer_outcome *outcome)
{
    const struct pg_param params[] = {
        PG_TEXT(actor->tenant),
        PG_TEXT(actor->user),
        PG_TEXT(actor->session),
        PG_TEXT(actor->address),
        PG_TEXT(actor->request_id),
        PG_TEXT(actor->trace_id),
        PG_TEXT(once->route),
        PG_TEXT(once->key),
        PG_BYTES(once->body_hash),
        PG_TEXT(id),
        PG_TEXT(input->from),
        PG_TEXT(input->to),
        pg_number(arena, input->amount),
        PG_TEXT(input->currency),
        input->effective_at ? pg_number(arena, input->effective_at) : PG_TEXT(SLICE_NONE),
        PG_TEXT(input->reference),
        PG_TEXT(input->description),
        PG_TEXT(input->metadata),
    };
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, &post_statement, params, ARRAY_LEN(params), arena, &rows,
                &outcome->param));
    return read_outcome(&rows, outcome);
}

/* Rows of one transfer stand together. */
static size_t fold(const struct pg_rows *rows, struct transfer *transfers)
{
    size_t count = 0;
    for (int row = 0; row < rows->count; row++) {
        bool another = count == 0 || !slice_eq(transfers[count - 1].id, pg_rows_text(rows, row, 0));
        if (another)
            transfers[count++] = transfer_at(rows, row, 0);
        add_leg(&transfers[count - 1], rows, row, 0);
    }
    return count;
}

static const struct pg_statement get_statement = {
    "transfer_get",
    "SELECT " LEG_COLUMNS " FROM transfer_legs WHERE tenant_id = $1 AND id = $2 ORDER BY leg",
    true};

struct err pg_transfer_get(void *context, struct slice tenant, struct slice id, struct arena *arena,
                           struct transfer *transfer)
{
    const struct pg_param params[] = {PG_TEXT(tenant), PG_TEXT(id)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, &get_statement, params, ARRAY_LEN(params), arena, &rows, NULL));
    if (rows.count == 0)
        return ERR(&NOT_FOUND);
    struct transfer *folded = ARENA_ARRAY(arena, struct transfer, (size_t)rows.count);
    fold(&rows, folded);
    *transfer = folded[0];
    return OK;
}

#define TRANSFERS_PAGE(reference, comparison, direction)                                           \
    "SELECT " LEG_COLUMNS " FROM transfer_legs WHERE tenant_id = $1 AND id IN ("                   \
    "SELECT t.id FROM transactions t WHERE t.tenant_id = $1 AND " reference " "                    \
    "AND t.id " comparison " coalesce($3, '~') ORDER BY t.id " direction " LIMIT $4) "             \
    "ORDER BY id " direction ", leg"

static const struct pg_page_statements transfer_pages = {
    {"transfer_page",      TRANSFERS_PAGE("$2::text IS NULL", "<", "DESC"), true},
    {"transfer_page_back", TRANSFERS_PAGE("$2::text IS NULL", ">", "ASC"),  true},
};

static const struct pg_page_statements reference_pages = {
    {"reference_page",      TRANSFERS_PAGE("t.reference = $2", "<", "DESC"), true},
    {"reference_page_back", TRANSFERS_PAGE("t.reference = $2", ">", "ASC"),  true},
};

struct err pg_transfer_list(void *context, struct slice tenant, struct slice reference,
                            const struct page_request *page, struct arena *arena,
                            struct transfer_list *list)
{
    struct pg_param params[4] = {PG_TEXT(tenant), PG_TEXT(reference)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    const struct pg_page_statements *pages =
        slice_is_set(reference) ? &reference_pages : &transfer_pages;
    pg_page_params(page, arena, params + 2);
    TRY(pg_call(context, pg_page_statement(pages, page), params, ARRAY_LEN(params), arena, &rows,
                NULL));
    struct transfer *folded = ARENA_ARRAY(arena, struct transfer, (size_t)rows.count + 1);
    struct transfer *items = ARENA_ARRAY(arena, struct transfer, (size_t)rows.count + 1);
    list->count = pg_page_count(page, fold(&rows, folded), &list->has_more);
    for (size_t i = 0; i < list->count; i++)
        items[pg_page_place(page, i, list->count)] = folded[i];
    list->items = items;
    return OK;
}
