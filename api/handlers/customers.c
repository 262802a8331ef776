/* Customers: personal data is sealed on its way in and opened only where it is asked for. */
#include "api/handlers/customers.h"

#include "api/auth/fault.h"
#include "api/auth/role.h"
#include "api/handlers/services.h"
#include "api/http/fault.h"
#include "api/http/page.h"
#include "api/ledger/id.h"

struct create_input {
    int64_t kind;
    struct slice reference;
    struct slice metadata;
    struct customer_pii pii;
};

static const char *const kind_names[] = {"person", "company", NULL};

/* clang-format off */
static const struct field create_fields[] = {
    {"kind", FIELD_CHOICE, .required = true, .choices = kind_names,
     FIELD_AT(struct create_input, kind)},
    {"reference", FIELD_TEXT, .min = 1, .max = 100, FIELD_AT(struct create_input, reference)},
    {"metadata", FIELD_METADATA, FIELD_AT(struct create_input, metadata)},
    {"full_name", FIELD_TEXT, .required = true, .min = 1, .max = 200,
     FIELD_AT(struct create_input, pii.fields[PII_FULL_NAME])},
    {"email", FIELD_EMAIL, .max = 254, FIELD_AT(struct create_input, pii.fields[PII_EMAIL])},
    {"phone", FIELD_TEXT, .min = 3, .max = 32,
     FIELD_AT(struct create_input, pii.fields[PII_PHONE])},
    {"date_of_birth", FIELD_DATE, FIELD_AT(struct create_input, pii.fields[PII_DATE_OF_BIRTH])},
    {"tax_id", FIELD_TEXT, .min = 1, .max = 64,
     FIELD_AT(struct create_input, pii.fields[PII_TAX_ID])},
};
/* clang-format on */

static void write_customer(struct json_writer *w, struct arena *arena, const struct customer *c,
                           const struct customer_pii *pii)
{
    json_write_object_begin(w);
    write_text(w, "id", c->id);
    write_text(w, "kind", c->kind);
    write_text(w, "reference", c->reference);
    write_text(w, "kyc_status", c->kyc_status);
    if (pii) {
        json_write_key(w, SLICE("pii"));
        json_write_object_begin(w);
        for (size_t i = 0; i < PII_FIELD_COUNT; i++)
            write_text(w, PII_FIELD_NAMES[i], pii->fields[i]);
        json_write_object_end(w);
    }
    write_raw(w, "metadata", c->metadata);
    write_number(w, "version", c->version);
    write_micros(w, "created_at", arena, c->created_at);
    json_write_object_end(w);
}

struct err customers_create(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    const struct vault *vault = call->services->vault;
    struct create_input input = {0};
    struct customer_record record = {0};
    struct customer customer;
    TRY(fields_read_body(call, create_fields, ARRAY_LEN(create_fields), &input));
    record.customer = (struct customer){
        .id = id_new(call->arena, "cus_", call->services->clock, call->services->rand),
        .kind = slice_from_cstr(kind_names[input.kind]),
        .reference = input.reference,
        .metadata = input.metadata,
    };
    TRY(vault->seal(vault->context, call->actor.tenant, record.customer.id, &input.pii, call->arena,
                    &record.sealed));
    TRY(ledger->customer_create(ledger->context, &call->actor, &record, call->arena, &customer));
    call_header(call, SLICE("Location"),
                arena_printf(call->arena, "/v1/customers/" SLICE_FMT, SLICE_ARG(customer.id)));
    struct json_writer w = call_reply(call, 201);
    write_customer(&w, call->arena, &customer, NULL);
    return OK;
}

static const char *const reveal_names[] = {"none", "pii", NULL};

struct get_query {
    int64_t reveal; /* index in reveal_names */
};

/* clang-format off */
static const struct field get_fields[] = {
    {"reveal", FIELD_CHOICE, .choices = reveal_names, FIELD_AT(struct get_query, reveal)},
};
/* clang-format on */

struct err customers_get(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    const struct vault *vault = call->services->vault;
    struct get_query query = {0};
    struct customer_record record;
    struct customer_pii pii;
    TRY(fields_read_query(call, get_fields, ARRAY_LEN(get_fields), &query));
    bool reveal = query.reveal != 0;
    if (reveal && !(call->role & ROLE_STAFF))
        return ERR(&FORBIDDEN);
    TRY(ledger->customer_get(ledger->context, &call->actor, call->params[0], reveal, call->arena,
                             &record));
    if (reveal)
        TRY(vault->open(vault->context, call->actor.tenant, record.customer.id, &record.sealed,
                        call->arena, &pii));
    struct json_writer w = call_reply(call, 200);
    write_customer(&w, call->arena, &record.customer, reveal ? &pii : NULL);
    return OK;
}

struct list_query {
    struct page_query page;
};

struct err customers_list(struct call *call)
{
    static const struct field fields[] = {PAGE_FIELDS(struct list_query, page)};
    const struct ledger_store *ledger = call->services->ledger;
    struct list_query query = {.page = PAGE_DEFAULT};
    struct page page;
    struct customer_list list;
    TRY(fields_read_query(call, fields, ARRAY_LEN(fields), &query));
    TRY(page_begin(&page, call, call->services->cursor_secret, SLICE(""), &query.page));
    TRY(ledger->customer_list(ledger->context, call->actor.tenant, &page.request, call->arena,
                              &list));
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("data"));
    json_write_array_begin(&w);
    for (size_t i = 0; i < list.count; i++)
        write_customer(&w, call->arena, &list.items[i], NULL);
    json_write_array_end(&w);
    page_end(&page, &w, list.count ? list.items[0].id : SLICE_NONE,
             list.count ? list.items[list.count - 1].id : SLICE_NONE, list.has_more);
    json_write_object_end(&w);
    return OK;
}
