#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/services/dynamodb/item/token.h"
#include "tests/emulator/services/dynamodb/fixture.h"

enum { SECOND = 1000000 };

/* A call on a store of its own, in a write transaction. */
struct fixture {
    char folder[64];
    struct arena arena;
    struct store *store;
    struct call call;
};

static void open_fixture(struct fixture *f)
{
    *f = (struct fixture){.folder = "/tmp/florin-token-XXXXXX"};
    cr_assert(mkdtemp(f->folder));
    f->store = store_new(f->folder, &dynamodb_store_schema, false);
    f->call = (struct call){.arena = &f->arena,
                            .account = SLICE("000000000000"),
                            .region = SLICE("us-east-1"),
                            .now_micros = 1000LL * SECOND};
    cr_assert_not(failed(store_acquire(f->store, &f->call.store)));
    cr_assert_not(failed(store_begin_write(f->call.store)));
}

static void close_fixture(struct fixture *f)
{
    store_release(f->call.store);
    store_erase(f->store);
    store_free(f->store);
    cr_expect_eq(rmdir(f->folder), 0);
    arena_done(&f->arena);
}

static struct ddb_token token_for(struct fixture *f, const struct ddb_change *change)
{
    return ddb_token_of(&f->call, SLICE("token"), change, 1);
}

static struct ddb_change put_of(const struct ddb_item *item)
{
    static const struct dynamodb_expression_attribute_name_map no_names = {0};
    return (struct ddb_change){
        .kind = CHANGE_PUT, .table_name = SLICE("t"), .subject = item, .names = &no_names};
}

Test(token, stands_for_its_transaction_for_ten_minutes)
{
    struct fixture f;
    bool repeated = true;
    open_fixture(&f);
    struct ddb_item item = ddb_item_of_map(item_of(&f.arena, "{\"k\":{\"S\":\"a\"}}"));
    struct ddb_change change = put_of(&item);
    struct ddb_token token = token_for(&f, &change);
    cr_assert_not(failed(ddb_token_check(&token, &repeated)));
    cr_expect_not(repeated);
    cr_assert_not(failed(ddb_token_keep(&token)));
    f.call.now_micros += (DDB_TOKEN_SECONDS - 1LL) * SECOND;
    cr_assert_not(failed(ddb_token_check(&token, &repeated)));
    cr_expect(repeated);
    f.call.now_micros += SECOND;
    cr_assert_not(failed(ddb_token_check(&token, &repeated)));
    cr_expect_not(repeated);
    cr_expect_not(failed(ddb_token_keep(&token)), "the expired one gives way");
    close_fixture(&f);
}

Test(token, of_another_transaction_is_refused_where_account_and_region_are_the_same)
{
    struct fixture f;
    bool repeated;
    open_fixture(&f);
    struct ddb_item item = ddb_item_of_map(item_of(&f.arena, "{\"k\":{\"S\":\"a\"}}"));
    struct ddb_item other = ddb_item_of_map(item_of(&f.arena, "{\"k\":{\"S\":\"b\"}}"));
    struct ddb_change change = put_of(&item);
    struct ddb_change changed = put_of(&other);
    struct ddb_token token = token_for(&f, &change);
    cr_assert_not(failed(ddb_token_keep(&token)));
    token = token_for(&f, &changed);
    struct err e = ddb_token_check(&token, &repeated);
    cr_expect_eq(e.info, &DYNAMODB_IDEMPOTENT_PARAMETER_MISMATCH_EXCEPTION.info);
    f.call.region = SLICE("eu-west-1");
    cr_assert_not(failed(ddb_token_check(&token, &repeated)));
    cr_expect_not(repeated);
    close_fixture(&f);
}

Test(token, digests_tell_apart_whatever_differs)
{
    struct fixture f;
    open_fixture(&f);
    struct ddb_item item = ddb_item_of_map(item_of(&f.arena, "{\"k\":{\"S\":\"a\"}}"));
    struct ddb_change change = put_of(&item);
    struct slice digest = token_for(&f, &change).digest;
    cr_expect(slice_eq(token_for(&f, &change).digest, digest));
    change.kind = CHANGE_DELETE;
    cr_expect_not(slice_eq(token_for(&f, &change).digest, digest));
    change = put_of(&item);
    change.table_name = SLICE("u");
    cr_expect_not(slice_eq(token_for(&f, &change).digest, digest));
    change = put_of(&item);
    change.condition_expression = SLICE("");
    cr_expect_not(slice_eq(token_for(&f, &change).digest, digest), "empty is not absent");
    close_fixture(&f);
}
