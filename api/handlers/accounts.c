/* Accounts, their balances and their entries. */
#include "api/handlers/accounts.h"

#include "api/handlers/balance.h"
#include "api/handlers/services.h"
#include "api/http/fault.h"
#include "api/http/page.h"
#include "api/ledger/id.h"

/* clang-format off */
static const struct field create_fields[] = {
    {"type", FIELD_CHOICE, .required = true, .choices = ACCOUNT_TYPE_NAMES,
     FIELD_AT(struct account_input, type)},
    {"currency", FIELD_CURRENCY, .required = true, FIELD_AT(struct account_input, currency)},
    {"name", FIELD_TEXT, .min = 1, .max = 120, FIELD_AT(struct account_input, name)},
    {"customer", FIELD_ID, .prefix = "cus_", FIELD_AT(struct account_input, customer)},
    {"overdraft_limit", FIELD_LIMIT,
     FIELD_AT(struct account_input, overdraft_limit),
     FIELD_NULL_AT(struct account_input, unlimited)},
    {"ceiling", FIELD_AMOUNT, FIELD_AT(struct account_input, ceiling)},
    {"metadata", FIELD_METADATA, FIELD_AT(struct account_input, metadata)},
};
/* clang-format on */

static void write_limit(struct json_writer *w, const char *key, bool there, int64_t value)
{
    if (there)
        write_number(w, key, value);
    else
        write_null(w, key);
}

static void write_account(struct json_writer *w, struct arena *arena, const struct account *account)
{
    json_write_object_begin(w);
    write_text(w, "id", account->id);
    write_text(w, "type", account->type);
    write_text(w, "currency", account->currency);
    write_text(w, "status", account->status);
    write_text(w, "name", account->name);
    write_text(w, "customer", account->customer);
    write_limit(w, "overdraft_limit", !account->counters.unlimited,
                account->counters.overdraft_limit);
    write_limit(w, "ceiling", account->capped, account->ceiling);
    write_raw(w, "balance",
              balance_render(arena, account->id, account->currency, account->version,
                             &account->counters));
    write_raw(w, "metadata", account->metadata);
    write_number(w, "version", account->version);
    write_micros(w, "created_at", arena, account->created_at);
    json_write_object_end(w);
}

static struct err reply_account(struct call *call, int status, const struct account *account)
{
    struct json_writer w = call_reply(call, status);
    write_account(&w, call->arena, account);
    return OK;
}

struct err accounts_create(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    struct account_input input = {0};
    struct account account;
    TRY(fields_read_body(call, create_fields, ARRAY_LEN(create_fields), &input));
    if (input.unlimited && !account_may_be_unlimited((enum account_type)input.type))
        return call_fail(call, &INVALID_FIELD, SLICE("overdraft_limit"),
                         "Only an equity account may run without a floor (null).");
    struct slice id = id_new(call->arena, "acc_", call->services->clock, call->services->rand);
    TRY(ledger->account_create(ledger->context, &call->actor, id, &input, call->arena, &account));
    call_header(call, SLICE("Location"),
                arena_printf(call->arena, "/v1/accounts/" SLICE_FMT, SLICE_ARG(id)));
    return reply_account(call, 201, &account);
}

static struct err find_account(struct call *call, struct account *account)
{
    const struct ledger_store *ledger = call->services->ledger;
    return ledger->account_get(ledger->context, call->actor.tenant, call->params[0], call->arena,
                               account);
}

struct err accounts_get(struct call *call)
{
    struct account account;
    TRY(find_account(call, &account));
    return reply_account(call, 200, &account);
}

struct list_query {
    struct page_query page;
    struct account_filter filter;
};

/* clang-format off */
static const struct field list_fields[] = {
    PAGE_FIELDS(struct list_query, page),
    {"currency", FIELD_CURRENCY, FIELD_AT(struct list_query, filter.currency)},
    {"customer", FIELD_ID, .prefix = "cus_", FIELD_AT(struct list_query, filter.customer)},
};
/* clang-format on */

struct err accounts_list(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    struct list_query query = {.page = PAGE_DEFAULT};
    struct page page;
    struct account_list list;
    TRY(fields_read_query(call, list_fields, ARRAY_LEN(list_fields), &query));
    struct slice filter = fields_canonical(call->arena, list_fields + PAGE_FIELD_COUNT,
                                           ARRAY_LEN(list_fields) - PAGE_FIELD_COUNT, &query);
    TRY(page_begin(&page, call, call->services->cursor_secret, filter, &query.page));
    TRY(ledger->account_list(ledger->context, call->actor.tenant, &query.filter, &page.request,
                             call->arena, &list));
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("data"));
    json_write_array_begin(&w);
    for (size_t i = 0; i < list.count; i++)
        write_account(&w, call->arena, &list.items[i]);
    json_write_array_end(&w);
    page_end(&page, &w, list.count ? list.items[0].id : SLICE_NONE,
             list.count ? list.items[list.count - 1].id : SLICE_NONE, list.has_more);
    json_write_object_end(&w);
    return OK;
}

static bool cache_refused(const struct call *call)
{
    struct slice control = http_header_get(call->request, SLICE("cache-control"));
    return slice_contains(control, SLICE("no-cache"));
}

static struct err reply_balance(struct call *call, struct slice text, const char *cache)
{
    call_header(call, SLICE("X-Cache"), slice_from_cstr(cache));
    struct json_writer w = call_reply(call, 200);
    json_write_raw(&w, text);
    return OK;
}

struct err accounts_balances(struct call *call)
{
    static const struct {
        const char *name;
        enum metrics_counter counter;
    } results[] = {
        [CACHE_HIT] = {"hit",    COUNT_CACHE_HIT   },
        [CACHE_MISS] = {"miss",   COUNT_CACHE_MISS  },
        [CACHE_BYPASS] = {"bypass", COUNT_CACHE_BYPASS},
    };
    const struct services *services = call->services;
    const struct balance_cache *cache = services->cache;
    struct slice text;
    enum cache_result result = CACHE_BYPASS;
    if (!cache_refused(call))
        result =
            cache->get(cache->context, call->actor.tenant, call->params[0], call->arena, &text);
    metrics_count(services->metrics, results[result].counter, 1);
    if (result == CACHE_HIT)
        return reply_balance(call, text, "hit");

    struct account account;
    TRY(find_account(call, &account));
    text = balance_render(call->arena, account.id, account.currency, account.version,
                          &account.counters);
    cache->put(cache->context, call->actor.tenant,
               &(struct balance_text){account.id, account.version, text}, 1);
    return reply_balance(call, text, results[result].name);
}

static void write_entry(struct json_writer *w, struct arena *arena, const struct entry *entry)
{
    json_write_object_begin(w);
    write_text(w, "account", entry->account);
    write_number(w, "account_version", entry->account_version);
    write_text(w, "transfer", entry->transaction);
    write_text(w, "direction", entry->amount > 0 ? SLICE("debit") : SLICE("credit"));
    write_number(w, "amount", entry->amount > 0 ? entry->amount : -entry->amount);
    write_text(w, "currency", entry->currency);
    write_number(w, "balance_after", entry->balance_after);
    write_micros(w, "effective_at", arena, entry->effective_at);
    write_micros(w, "recorded_at", arena, entry->recorded_at);
    json_write_object_end(w);
}

static struct slice entry_key(struct arena *arena, const struct entry_list *list, size_t index)
{
    if (list->count == 0)
        return SLICE_NONE;
    return arena_printf(arena, "%lld", (long long)list->items[index].account_version);
}

struct err accounts_entries(struct call *call)
{
    static const struct field fields[] = {PAGE_FIELDS(struct list_query, page)};
    const struct ledger_store *ledger = call->services->ledger;
    struct list_query query = {.page = PAGE_DEFAULT};
    struct page page;
    struct entry_list list;
    TRY(fields_read_query(call, fields, ARRAY_LEN(fields), &query));
    TRY(page_begin(&page, call, call->services->cursor_secret, call->params[0], &query.page));
    TRY(ledger->entry_list(ledger->context, call->actor.tenant, call->params[0], &page.request,
                           call->arena, &list));
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("data"));
    json_write_array_begin(&w);
    for (size_t i = 0; i < list.count; i++)
        write_entry(&w, call->arena, &list.items[i]);
    json_write_array_end(&w);
    page_end(&page, &w, entry_key(call->arena, &list, 0),
             entry_key(call->arena, &list, list.count ? list.count - 1 : 0), list.has_more);
    json_write_object_end(&w);
    return OK;
}
