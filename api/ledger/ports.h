#pragma once
/*
 * What the ledger needs from outside: a store of books, a cache of balances, a vault for personal
 * data, a source of ids. adapters/ implements them, main.c joins them, handlers call them.
 *
 * Every function may be called from any thread. Results live in the arena that the call gives.
 * Unless said otherwise a call fails with NOT_FOUND, DATABASE_UNAVAILABLE or INTERNAL_ERROR.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/ledger/account.h"
#include "api/ledger/customer.h"
#include "api/ledger/fault.h"
#include "api/ledger/transfer.h"
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

/* Who asks, and from where: written into the audit row of every change. */
struct actor {
    struct slice tenant;
    struct slice user;
    struct slice session;
    struct slice address;
    struct slice request_id;
    struct slice trace_id;
};

/* One page of a list in the order of its keys, newest first. */
struct page_request {
    int64_t limit;
    struct slice after;  /* the key of the last item of the page before; absent: the first page */
    struct slice before; /* the key of the first item of the page behind; at most one of the two */
};

struct account_input {
    int64_t type; /* enum account_type */
    struct slice currency;
    struct slice name;
    struct slice customer;
    struct slice metadata; /* a JSON object */
    bool unlimited;        /* no floor: overdraft_limit means nothing */
    int64_t overdraft_limit;
    int64_t ceiling; /* 0: none */
};

struct account {
    struct slice id;
    struct slice type;
    struct slice currency;
    struct slice status;
    struct slice name;
    struct slice customer;
    struct slice metadata;
    struct account_counters counters;
    bool capped;
    int64_t ceiling;
    int64_t version;
    int64_t created_at;
};

struct entry {
    struct slice account;
    struct slice transaction;
    int64_t amount; /* signed: debit +, credit - */
    struct slice currency;
    int64_t balance_after;
    int64_t account_version;
    int64_t effective_at;
    int64_t recorded_at;
};

struct account_list {
    const struct account *items;
    size_t count;
    bool has_more;
};

struct entry_list {
    const struct entry *items;
    size_t count;
    bool has_more;
};

struct transfer_list {
    const struct transfer *items;
    size_t count;
    bool has_more;
};

struct customer_list {
    const struct customer *items;
    size_t count;
    bool has_more;
};

/* A keyed operation: the same scope and key move money once. */
struct idempotency {
    struct slice route; /* "POST /v1/transfers" */
    struct slice key;
    struct slice body_hash; /* SHA-256 of the canonical body, 32 bytes */
};

/* What a keyed transfer came to, now or when its key was first used. */
struct transfer_outcome {
    bool replayed;
    const struct err_info *refusal; /* NULL: the transfer was posted */
    struct slice request_id;        /* of the request that decided */
    struct slice param;             /* after NOT_FOUND, CURRENCY_MISMATCH: "from" or "to" */
    struct transfer transfer;
    bool has_counters; /* not on a replay */
    struct account_counters counters[TRANSFER_LEGS_MAX];
};

struct account_filter {
    struct slice currency;
    struct slice customer;
};

struct ledger_store {
    void *context;

    struct err (*account_create)(void *context, const struct actor *actor, struct slice id,
                                 const struct account_input *input, struct arena *arena,
                                 struct account *account);
    struct err (*account_get)(void *context, struct slice tenant, struct slice id,
                              struct arena *arena, struct account *account);
    struct err (*account_list)(void *context, struct slice tenant,
                               const struct account_filter *filter, const struct page_request *page,
                               struct arena *arena, struct account_list *list);
    struct err (*entry_list)(void *context, struct slice tenant, struct slice account,
                             const struct page_request *page, struct arena *arena,
                             struct entry_list *list);

    /*
     * One transaction, one round trip. A concurrent call with the same key waits for the first,
     * then gets its outcome. Fails with IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS,
     * CURRENCY_MISMATCH, DUPLICATE_REFERENCE or OUTCOME_UNKNOWN too; after a failure nothing is
     * stored (OUTCOME_UNKNOWN: the same key tells).
     */
    struct err (*transfer_post)(void *context, const struct actor *actor, struct slice id,
                                const struct transfer_input *input, const struct idempotency *once,
                                struct arena *arena, struct transfer_outcome *outcome);
    struct err (*transfer_get)(void *context, struct slice tenant, struct slice id,
                               struct arena *arena, struct transfer *transfer);
    struct err (*transfer_list)(void *context, struct slice tenant, struct slice reference,
                                const struct page_request *page, struct arena *arena,
                                struct transfer_list *list);

    struct err (*customer_create)(void *context, const struct actor *actor,
                                  const struct customer_record *record, struct arena *arena,
                                  struct customer *customer);
    /* With the sealed fields and the wrapped key; the read is audited where `reveal`. */
    struct err (*customer_get)(void *context, const struct actor *actor, struct slice id,
                               bool reveal, struct arena *arena, struct customer_record *record);
    struct err (*customer_list)(void *context, struct slice tenant, const struct page_request *page,
                                struct arena *arena, struct customer_list *list);

    /* True when a writable database answers. */
    bool (*is_ready)(void *context);
};

struct balance_text {
    struct slice account;
    int64_t version;
    struct slice text;
};

enum cache_result { CACHE_HIT, CACHE_MISS, CACHE_BYPASS };

/* Balances as rendered text, each with the account's version. Never an authority: see README. */
struct balance_cache {
    void *context; /* NULL: there is no cache */
    enum cache_result (*get)(void *context, struct slice tenant, struct slice account,
                             struct arena *arena, struct slice *text);
    /* Stored only where it is newer than what the cache holds; a failure is nobody's concern. */
    void (*put)(void *context, struct slice tenant, const struct balance_text *balances,
                size_t count);
};

/* Seals personal data under a customer's own key. Fails with KMS_UNAVAILABLE. */
struct vault {
    void *context;
    /* Draws a data key, seals every present field of `plain`, and gives the wrapped key. */
    struct err (*seal)(void *context, struct slice tenant, struct slice customer,
                       const struct customer_pii *plain, struct arena *arena,
                       struct sealed_pii *sealed);
    struct err (*open)(void *context, struct slice tenant, struct slice customer,
                       const struct sealed_pii *sealed, struct arena *arena,
                       struct customer_pii *plain);
};
