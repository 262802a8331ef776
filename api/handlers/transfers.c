/* Transfers. */
#include "api/handlers/transfers.h"

#include "api/handlers/balance.h"
#include "api/handlers/services.h"
#include "api/http/page.h"
#include "api/ledger/id.h"
#include "lib/enc/hash.h"

/* clang-format off */
static const struct field create_fields[] = {
    {"from", FIELD_ID, .required = true, .prefix = "acc_", FIELD_AT(struct transfer_input, from)},
    {"to", FIELD_ID, .required = true, .prefix = "acc_", FIELD_AT(struct transfer_input, to)},
    {"amount", FIELD_AMOUNT, .required = true, FIELD_AT(struct transfer_input, amount)},
    {"currency", FIELD_CURRENCY, .required = true, FIELD_AT(struct transfer_input, currency)},
    {"reference", FIELD_TEXT, .min = 1, .max = 100, FIELD_AT(struct transfer_input, reference)},
    {"description", FIELD_TEXT, .min = 1, .max = 500, FIELD_AT(struct transfer_input, description)},
    {"effective_at", FIELD_TIME, FIELD_AT(struct transfer_input, effective_at)},
    {"metadata", FIELD_METADATA, FIELD_AT(struct transfer_input, metadata)},
};
/* clang-format on */

static void write_leg(struct json_writer *w, const struct transfer_leg *leg, struct slice currency)
{
    json_write_object_begin(w);
    write_text(w, "account", leg->account);
    write_text(w, "direction", leg->amount > 0 ? SLICE("debit") : SLICE("credit"));
    write_number(w, "amount", leg->amount > 0 ? leg->amount : -leg->amount);
    write_text(w, "currency", currency);
    write_number(w, "balance_after", leg->balance_after);
    write_number(w, "account_version", leg->account_version);
    json_write_object_end(w);
}

/* Made of append-only rows alone, so that a replay renders the same bytes. */
static void write_transfer(struct json_writer *w, struct arena *arena, const struct transfer *t)
{
    json_write_object_begin(w);
    write_text(w, "id", t->id);
    write_text(w, "status", SLICE("posted"));
    write_text(w, "from", t->terms.from);
    write_text(w, "to", t->terms.to);
    write_number(w, "amount", t->terms.amount);
    write_text(w, "currency", t->terms.currency);
    json_write_key(w, SLICE("legs"));
    json_write_array_begin(w);
    for (size_t i = 0; i < t->leg_count; i++)
        write_leg(w, &t->legs[i], t->terms.currency);
    json_write_array_end(w);
    write_micros(w, "effective_at", arena, t->effective_at);
    write_micros(w, "recorded_at", arena, t->recorded_at);
    write_text(w, "reference", t->terms.reference);
    write_text(w, "description", t->terms.description);
    write_raw(w, "metadata", t->terms.metadata);
    write_text(w, "idempotency_key", t->idempotency_key);
    write_text(w, "request_id", t->request_id);
    json_write_object_end(w);
}

static struct slice route_of(const struct call *call)
{
    return arena_printf(call->arena, "%s %s", call->route->method, call->route->pattern);
}

static struct slice hash_of(struct call *call, const struct transfer_input *input)
{
    unsigned char *hash = arena_alloc(call->arena, SHA256_BYTES);
    sha256(fields_canonical(call->arena, create_fields, ARRAY_LEN(create_fields), input), hash);
    return (struct slice){(const char *)hash, SHA256_BYTES};
}

/* The cache must not show a balance older than the transfer that this reply tells of. */
static void install_balances(struct call *call, const struct transfer_outcome *outcome)
{
    const struct transfer *t = &outcome->transfer;
    const struct balance_cache *cache = call->services->cache;
    struct balance_text texts[TRANSFER_LEGS_MAX];
    if (!outcome->has_counters || !cache->context)
        return;
    for (size_t i = 0; i < t->leg_count; i++)
        texts[i] = (struct balance_text){
            t->legs[i].account, t->legs[i].account_version,
            balance_render(call->arena, t->legs[i].account, t->terms.currency,
                           t->legs[i].account_version, &outcome->counters[i])};
    cache->put(cache->context, call->actor.tenant, texts, t->leg_count);
}

static void count_outcome(const struct call *call, const struct transfer_outcome *outcome)
{
    struct metrics *metrics = call->services->metrics;
    if (outcome->replayed) {
        metrics_count(metrics, COUNT_IDEMPOTENT_REPLAYS, 1);
    } else if (!outcome->refusal) {
        metrics_count(metrics, COUNT_TRANSFERS_POSTED, 1);
        metrics_count(metrics, COUNT_TRANSFER_AMOUNT, (uint64_t)outcome->transfer.terms.amount);
    }
}

static struct err reply_outcome(struct call *call, const struct transfer_outcome *outcome)
{
    if (outcome->replayed)
        call_header(call, SLICE("Idempotent-Replayed"), SLICE("true"));
    if (outcome->refusal) {
        call->instance = outcome->request_id;
        return ERR(outcome->refusal);
    }
    call_header(
        call, SLICE("Location"),
        arena_printf(call->arena, "/v1/transfers/" SLICE_FMT, SLICE_ARG(outcome->transfer.id)));
    struct json_writer w = call_reply(call, 201);
    write_transfer(&w, call->arena, &outcome->transfer);
    return OK;
}

struct err transfers_create(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    struct transfer_input input = {0};
    struct transfer_outcome outcome = {0};
    TRY(fields_read_body(call, create_fields, ARRAY_LEN(create_fields), &input));
    TRY(transfer_check(&input));
    struct slice id = id_new(call->arena, "txn_", call->services->clock, call->services->rand);
    struct idempotency once = {route_of(call), call->key, hash_of(call, &input)};
    struct err posted = ledger->transfer_post(ledger->context, &call->actor, id, &input, &once,
                                              call->arena, &outcome);
    if (failed(posted) && slice_is_set(outcome.param))
        return call_fail(call, posted.info, outcome.param, "%s", posted.info->text);
    TRY(posted);
    count_outcome(call, &outcome);
    install_balances(call, &outcome);
    return reply_outcome(call, &outcome);
}

struct err transfers_get(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    struct transfer transfer;
    TRY(ledger->transfer_get(ledger->context, call->actor.tenant, call->params[0], call->arena,
                             &transfer));
    struct json_writer w = call_reply(call, 200);
    write_transfer(&w, call->arena, &transfer);
    return OK;
}

struct list_query {
    struct page_query page;
    struct slice reference;
};

/* clang-format off */
static const struct field list_fields[] = {
    PAGE_FIELDS(struct list_query, page),
    {"reference", FIELD_TEXT, .min = 1, .max = 100, FIELD_AT(struct list_query, reference)},
};
/* clang-format on */

struct err transfers_list(struct call *call)
{
    const struct ledger_store *ledger = call->services->ledger;
    struct list_query query = {.page = PAGE_DEFAULT};
    struct page page;
    struct transfer_list list;
    TRY(fields_read_query(call, list_fields, ARRAY_LEN(list_fields), &query));
    struct slice filter = fields_canonical(call->arena, list_fields + PAGE_FIELD_COUNT,
                                           ARRAY_LEN(list_fields) - PAGE_FIELD_COUNT, &query);
    TRY(page_begin(&page, call, call->services->cursor_secret, filter, &query.page));
    TRY(ledger->transfer_list(ledger->context, call->actor.tenant, query.reference, &page.request,
                              call->arena, &list));
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("data"));
    json_write_array_begin(&w);
    for (size_t i = 0; i < list.count; i++)
        write_transfer(&w, call->arena, &list.items[i]);
    json_write_array_end(&w);
    page_end(&page, &w, list.count ? list.items[0].id : SLICE_NONE,
             list.count ? list.items[list.count - 1].id : SLICE_NONE, list.has_more);
    json_write_object_end(&w);
    return OK;
}
