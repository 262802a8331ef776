/* Customers on Postgres: personal data passes through here only sealed. */
#include "api/adapters/pg/page.h"
#include "api/adapters/pg/store.h"

#define CUSTOMER_COLUMNS                                                                           \
    "c.id, c.kind, c.reference, c.kyc_status, c.metadata, c.version, micros(c.created_at)"

static struct customer customer_at(const struct pg_rows *rows, int row)
{
    return (struct customer){
        .id = pg_rows_text(rows, row, 0),
        .kind = pg_rows_text(rows, row, 1),
        .reference = pg_rows_text(rows, row, 2),
        .kyc_status = pg_rows_text(rows, row, 3),
        .metadata = pg_rows_text(rows, row, 4),
        .version = pg_rows_number(rows, row, 5),
        .created_at = pg_rows_number(rows, row, 6),
    };
}

static const struct pg_statement create_statement = {
    "customer_create",
    "SELECT " CUSTOMER_COLUMNS " FROM customer_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
    "$11, $12, $13, $14, $15, $16, $17) c",
    false};

struct err pg_customer_create(void *context, const struct actor *actor,
                              const struct customer_record *record, struct arena *arena,
                              struct customer *customer)
{
    const struct sealed_pii *sealed = &record->sealed;
    const struct pg_param params[] = {
        PG_TEXT(actor->tenant),
        PG_TEXT(actor->user),
        PG_TEXT(actor->session),
        PG_TEXT(actor->address),
        PG_TEXT(actor->request_id),
        PG_TEXT(actor->trace_id),
        PG_TEXT(record->customer.id),
        PG_TEXT(record->customer.kind),
        PG_TEXT(record->customer.reference),
        PG_BYTES(sealed->fields[PII_FULL_NAME]),
        PG_BYTES(sealed->fields[PII_EMAIL]),
        PG_BYTES(sealed->fields[PII_PHONE]),
        PG_BYTES(sealed->fields[PII_DATE_OF_BIRTH]),
        PG_BYTES(sealed->fields[PII_TAX_ID]),
        PG_TEXT(record->customer.metadata),
        PG_TEXT(sealed->key_id),
        PG_BYTES(sealed->wrapped),
    };
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, &create_statement, params, ARRAY_LEN(params), arena, &rows, NULL));
    *customer = customer_at(&rows, 0);
    return OK;
}

/* A revealing read writes its audit row in the same statement: no data without a trace of it. */
static const struct pg_statement get_statement = {
    "customer_get",
    "SELECT " CUSTOMER_COLUMNS ", k.id, k.wrapped, c.full_name_sealed, c.email_sealed, "
    "c.phone_sealed, c.date_of_birth_sealed, c.tax_id_sealed "
    "FROM customers c JOIN data_keys k ON k.customer_id = c.id "
    "WHERE c.tenant_id = $1 AND c.id = $2",
    true};

static const struct pg_statement reveal_statement = {
    "customer_reveal",
    "SELECT " CUSTOMER_COLUMNS ", k.id, k.wrapped, c.full_name_sealed, c.email_sealed, "
    "c.phone_sealed, c.date_of_birth_sealed, c.tax_id_sealed "
    "FROM customers c JOIN data_keys k ON k.customer_id = c.id, LATERAL audit_append($1, $3, $4, "
    "$5, 'pii.reveal', c.id, 'success', NULL, $6, $7) WHERE c.tenant_id = $1 AND c.id = $2",
    true};

struct err pg_customer_get(void *context, const struct actor *actor, struct slice id, bool reveal,
                           struct arena *arena, struct customer_record *record)
{
    const struct pg_param params[] = {PG_TEXT(actor->tenant),  PG_TEXT(id),
                                      PG_TEXT(actor->user),    PG_TEXT(actor->session),
                                      PG_TEXT(actor->address), PG_TEXT(actor->request_id),
                                      PG_TEXT(actor->trace_id)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, reveal ? &reveal_statement : &get_statement, params,
                reveal ? ARRAY_LEN(params) : 2, arena, &rows, NULL));
    if (rows.count == 0)
        return ERR(&NOT_FOUND);
    record->customer = customer_at(&rows, 0);
    record->sealed.key_id = pg_rows_text(&rows, 0, 7);
    record->sealed.wrapped = pg_rows_bytes(&rows, 0, 8);
    for (int i = 0; i < PII_FIELD_COUNT; i++)
        record->sealed.fields[i] = pg_rows_bytes(&rows, 0, 9 + i);
    return OK;
}

#define CUSTOMERS_PAGE(comparison, direction)                                                      \
    "SELECT " CUSTOMER_COLUMNS " FROM customers c WHERE c.tenant_id = $1 "                         \
    "AND c.id " comparison " coalesce($2, '~') ORDER BY c.id " direction " LIMIT $3"

static const struct pg_page_statements customer_pages = {
    {"customer_page",      CUSTOMERS_PAGE("<", "DESC"), true},
    {"customer_page_back", CUSTOMERS_PAGE(">", "ASC"),  true},
};

struct err pg_customer_list(void *context, struct slice tenant, const struct page_request *page,
                            struct arena *arena, struct customer_list *list)
{
    struct pg_param params[3] = {PG_TEXT(tenant)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    pg_page_params(page, arena, params + 1);
    TRY(pg_call(context, pg_page_statement(&customer_pages, page), params, ARRAY_LEN(params), arena,
                &rows, NULL));
    struct customer *items = ARENA_ARRAY(arena, struct customer, (size_t)rows.count + 1);
    list->count = pg_page_count(page, (size_t)rows.count, &list->has_more);
    for (size_t i = 0; i < list->count; i++)
        items[pg_page_place(page, i, list->count)] = customer_at(&rows, (int)i);
    list->items = items;
    return OK;
}
