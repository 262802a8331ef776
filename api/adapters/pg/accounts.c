/* Accounts and entries on Postgres. */
#include "api/adapters/pg/page.h"
#include "api/adapters/pg/store.h"

#define ACCOUNT_COLUMNS                                                                            \
    "id, type, currency, status, name, customer_id, metadata, debit_normal, debits_posted, "       \
    "credits_posted, debits_pending, credits_pending, overdraft_limit, ceiling, version, "         \
    "micros(created_at)"

static struct account account_at(const struct pg_rows *rows, int row)
{
    return (struct account){
        .id = pg_rows_text(rows, row, 0),
        .type = pg_rows_text(rows, row, 1),
        .currency = pg_rows_text(rows, row, 2),
        .status = pg_rows_text(rows, row, 3),
        .name = pg_rows_text(rows, row, 4),
        .customer = pg_rows_text(rows, row, 5),
        .metadata = pg_rows_text(rows, row, 6),
        .counters = {.debit_normal = pg_rows_bool(rows, row, 7),
                     .debits_posted = pg_rows_number(rows, row, 8),
                     .credits_posted = pg_rows_number(rows, row, 9),
                     .debits_pending = pg_rows_number(rows, row, 10),
                     .credits_pending = pg_rows_number(rows, row, 11),
                     .unlimited = pg_rows_is_null(rows, row, 12),
                     .overdraft_limit = pg_rows_number(rows, row, 12)},
        .capped = !pg_rows_is_null(rows, row, 13),
        .ceiling = pg_rows_number(rows, row, 13),
        .version = pg_rows_number(rows, row, 14),
        .created_at = pg_rows_number(rows, row, 15),
    };
}

static const struct pg_statement create_statement = {
    "account_create",
    "SELECT " ACCOUNT_COLUMNS
    " FROM account_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    false};

struct err pg_account_create(void *context, const struct actor *actor, struct slice id,
                             const struct account_input *input, struct arena *arena,
                             struct account *account)
{
    const struct pg_param none = PG_TEXT(SLICE_NONE);
    const struct pg_param params[] = {
        PG_TEXT(actor->tenant),
        PG_TEXT(actor->user),
        PG_TEXT(actor->session),
        PG_TEXT(actor->address),
        PG_TEXT(actor->request_id),
        PG_TEXT(actor->trace_id),
        PG_TEXT(id),
        PG_TEXT(slice_from_cstr(ACCOUNT_TYPE_NAMES[input->type])),
        PG_TEXT(input->currency),
        PG_TEXT(input->name),
        PG_TEXT(input->customer),
        input->unlimited ? none : pg_number(arena, input->overdraft_limit),
        input->ceiling ? pg_number(arena, input->ceiling) : none,
        PG_TEXT(input->metadata),
    };
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, &create_statement, params, ARRAY_LEN(params), arena, &rows, NULL));
    *account = account_at(&rows, 0);
    return OK;
}

static const struct pg_statement get_statement = {
    "account_get", "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE tenant_id = $1 AND id = $2",
    true};

struct err pg_account_get(void *context, struct slice tenant, struct slice id, struct arena *arena,
                          struct account *account)
{
    const struct pg_param params[] = {PG_TEXT(tenant), PG_TEXT(id)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, &get_statement, params, ARRAY_LEN(params), arena, &rows, NULL));
    if (rows.count == 0)
        return ERR(&NOT_FOUND);
    *account = account_at(&rows, 0);
    return OK;
}

/* The first page starts past every id: '~' is after all that an id may hold. */
#define ACCOUNTS_PAGE(owner, comparison, direction)                                                \
    "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE tenant_id = $1 AND " owner " "                 \
    "AND ($3::text IS NULL OR currency = $3) AND id " comparison " coalesce($4, '~') "             \
    "ORDER BY id " direction " LIMIT $5"

static const struct pg_page_statements account_pages = {
    {"account_page",      ACCOUNTS_PAGE("$2::text IS NULL", "<", "DESC"), true},
    {"account_page_back", ACCOUNTS_PAGE("$2::text IS NULL", ">", "ASC"),  true},
};

static const struct pg_page_statements customer_account_pages = {
    {"customer_account_page",      ACCOUNTS_PAGE("customer_id = $2", "<", "DESC"), true},
    {"customer_account_page_back", ACCOUNTS_PAGE("customer_id = $2", ">", "ASC"),  true},
};

struct err pg_account_list(void *context, struct slice tenant, const struct account_filter *filter,
                           const struct page_request *page, struct arena *arena,
                           struct account_list *list)
{
    struct pg_param params[5] = {PG_TEXT(tenant), PG_TEXT(filter->customer),
                                 PG_TEXT(filter->currency)};
    const struct pg_page_statements *pages =
        slice_is_set(filter->customer) ? &customer_account_pages : &account_pages;
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    pg_page_params(page, arena, params + 3);
    TRY(pg_call(context, pg_page_statement(pages, page), params, ARRAY_LEN(params), arena, &rows,
                NULL));
    struct account *items = ARENA_ARRAY(arena, struct account, (size_t)rows.count + 1);
    list->count = pg_page_count(page, (size_t)rows.count, &list->has_more);
    for (size_t i = 0; i < list->count; i++)
        items[pg_page_place(page, i, list->count)] = account_at(&rows, (int)i);
    list->items = items;
    return OK;
}

#define ENTRIES_PAGE(comparison, direction)                                                        \
    "SELECT account_id, transaction_id, amount, currency, balance_after, account_version, "        \
    "micros(effective_at), micros(recorded_at) FROM entries "                                      \
    "WHERE tenant_id = $1 AND account_id = $2 "                                                    \
    "AND account_version " comparison " coalesce($3, 9223372036854775807) "                        \
    "ORDER BY account_version " direction " LIMIT $4"

static const struct pg_page_statements entry_pages = {
    {"entry_page",      ENTRIES_PAGE("<", "DESC"), true},
    {"entry_page_back", ENTRIES_PAGE(">", "ASC"),  true},
};

static struct entry entry_at(const struct pg_rows *rows, int row)
{
    return (struct entry){
        .account = pg_rows_text(rows, row, 0),
        .transaction = pg_rows_text(rows, row, 1),
        .amount = pg_rows_number(rows, row, 2),
        .currency = pg_rows_text(rows, row, 3),
        .balance_after = pg_rows_number(rows, row, 4),
        .account_version = pg_rows_number(rows, row, 5),
        .effective_at = pg_rows_number(rows, row, 6),
        .recorded_at = pg_rows_number(rows, row, 7),
    };
}

struct err pg_entry_list(void *context, struct slice tenant, struct slice account,
                         const struct page_request *page, struct arena *arena,
                         struct entry_list *list)
{
    struct pg_param params[4] = {PG_TEXT(tenant), PG_TEXT(account)};
    struct account owner;
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    pg_page_params(page, arena, params + 2);
    TRY(pg_call(context, pg_page_statement(&entry_pages, page), params, ARRAY_LEN(params), arena,
                &rows, NULL));
    if (rows.count == 0) /* no entries, or no account? */
        TRY(pg_account_get(context, tenant, account, arena, &owner));
    struct entry *items = ARENA_ARRAY(arena, struct entry, (size_t)rows.count + 1);
    list->count = pg_page_count(page, (size_t)rows.count, &list->has_more);
    for (size_t i = 0; i < list->count; i++)
        items[pg_page_place(page, i, list->count)] = entry_at(&rows, (int)i);
    list->items = items;
    return OK;
}
