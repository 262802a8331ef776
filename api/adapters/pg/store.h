#pragma once
/* The ledger's and the sign-in's store ports on Postgres. */
#include "api/adapters/pg/pg.h"
#include "api/auth/ports.h"
#include "api/ledger/ports.h"

/* The ports borrow `pg`, which must outlive them. */
struct ledger_store pg_ledger_store(struct pg *pg);
struct user_store pg_user_store(struct pg *pg);

/*
 * Makes the tenant and its owner, or gives the present user the password. Runs on a connection of
 * the schema's owner: the application's role may not.
 */
struct err pg_owner_create(struct pg *pg, struct slice tenant, struct slice tenant_name,
                           struct slice user, struct slice email, struct slice password_hash,
                           struct arena *arena, struct slice *present_user);

/* The functions behind pg_ledger_store, a file a resource. */
struct err pg_account_create(void *context, const struct actor *actor, struct slice id,
                             const struct account_input *input, struct arena *arena,
                             struct account *account);
struct err pg_account_get(void *context, struct slice tenant, struct slice id, struct arena *arena,
                          struct account *account);
struct err pg_account_list(void *context, struct slice tenant, const struct account_filter *filter,
                           const struct page_request *page, struct arena *arena,
                           struct account_list *list);
struct err pg_entry_list(void *context, struct slice tenant, struct slice account,
                         const struct page_request *page, struct arena *arena,
                         struct entry_list *list);
struct err pg_transfer_post(void *context, const struct actor *actor, struct slice id,
                            const struct transfer_input *input, const struct idempotency *once,
                            struct arena *arena, struct transfer_outcome *outcome);
struct err pg_transfer_get(void *context, struct slice tenant, struct slice id, struct arena *arena,
                           struct transfer *transfer);
struct err pg_transfer_list(void *context, struct slice tenant, struct slice reference,
                            const struct page_request *page, struct arena *arena,
                            struct transfer_list *list);
struct err pg_customer_create(void *context, const struct actor *actor,
                              const struct customer_record *record, struct arena *arena,
                              struct customer *customer);
struct err pg_customer_get(void *context, const struct actor *actor, struct slice id, bool reveal,
                           struct arena *arena, struct customer_record *record);
struct err pg_customer_list(void *context, struct slice tenant, const struct page_request *page,
                            struct arena *arena, struct customer_list *list);
