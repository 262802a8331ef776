/* ExecuteTransaction: statements that all read, or all write and check, as one. */
#include "emulator/services/dynamodb/item/token.h"
#include "emulator/services/dynamodb/item/transaction.h"
#include "emulator/services/dynamodb/partiql/partiql_request.h"
#include "emulator/services/dynamodb/value/item_bytes.h"

struct transaction {
    struct call *call;
    const struct dynamodb_execute_transaction_input *in;
    struct partiql_request *requests;
    size_t count;
};

static struct err parse_all(struct transaction *t, bool *reads)
{
    size_t read_count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct dynamodb_parameterized_statement *given = &t->in->transact_statements.items[i];
        TRY(partiql_request_parse(&t->requests[i], t->call, given->statement, &given->parameters));
        read_count += partiql_request_reads(&t->requests[i]);
    }
    *reads = read_count > 0;
    if (*reads && read_count < t->count)
        return fail(t->call, &DDB_VALIDATION_EXCEPTION,
                    "The entire transaction must consist of either read statements or write "
                    "statements, you cannot mix both in one transaction");
    return OK;
}

/* All that makes the transaction what it is, for its token. */
static struct slice content(const struct transaction *t)
{
    struct arena *arena = t->call->arena;
    struct attr_value *parts = ARENA_ARRAY(arena, struct attr_value, 2 * t->count);
    for (size_t i = 0; i < t->count; i++) {
        const struct dynamodb_parameterized_statement *given = &t->in->transact_statements.items[i];
        struct slice wanted = given->return_values_on_condition_check_failure;
        parts[2 * i] =
            attr_string(partiql_content(arena, given->statement, &t->requests[i].parameters));
        parts[2 * i + 1] = attr_string(slice_is_set(wanted) ? wanted : SLICE(""));
    }
    struct attr_member member = {.name = SLICE("statements")};
    member.value.type = ATTR_L;
    member.value.list = (struct attr_list){parts, 2 * t->count};
    const struct attr_map whole = {&member, 1};
    return item_to_bytes(arena, &whole);
}

static struct err begin_writing(struct transaction *t, struct ddb_writing *w)
{
    ddb_writing_init(w, t->call, t->count);
    for (size_t i = 0; i < t->count; i++)
        TRY(partiql_change_begin(
            &t->requests[i],
            t->in->transact_statements.items[i].return_values_on_condition_check_failure,
            &w->changes[i]));
    return OK;
}

static struct err bind_writing(struct transaction *t, struct ddb_writing *w)
{
    TRY(ddb_writing_find_tables(w));
    for (size_t i = 0; i < t->count; i++)
        TRY(ddb_verdict_take(
            &w->verdict, i,
            partiql_change_bind(&t->requests[i], &w->targets[i].use->table, &w->changes[i])));
    TRY(ddb_verdict_tell(&w->verdict));
    return ddb_writing_match(w);
}

static struct err make_writing(struct transaction *t, struct ddb_writing *w, bool *repeated)
{
    struct slice text = t->in->client_request_token;
    struct ddb_token token;
    *repeated = false;
    if (slice_is_set(text)) {
        token = ddb_token_of_content(t->call, text, content(t));
        TRY(ddb_token_check(&token, repeated));
    }
    TRY(bind_writing(t, w));
    if (*repeated)
        return ddb_writing_answer_again(w);
    TRY(ddb_writing_prepare(w));
    TRY(ddb_writing_apply(w, SLICE_NONE));
    return slice_is_set(text) ? ddb_token_keep(&token) : OK;
}

static struct err write_all(struct transaction *t, struct dynamodb_execute_transaction_output *out)
{
    struct ddb_writing w;
    bool repeated;
    TRY(begin_writing(t, &w));
    TRY(partiql_begin(t->call, false));
    TRY(make_writing(t, &w, &repeated));
    out->consumed_capacity =
        ddb_table_uses_consumed(&w.uses, t->in->return_consumed_capacity,
                                repeated ? CAPACITY_OF_READS : CAPACITY_OF_WRITES);
    return store_commit(t->call->store);
}

struct reading {
    struct partiql_read *reads;
    struct ddb_target *targets;
    struct ddb_table_uses uses;
    struct ddb_verdict verdict;
};

static struct err bind_reading(struct transaction *t, struct reading *r)
{
    for (size_t i = 0; i < t->count; i++)
        TRY(ddb_table_uses_find(&r->uses, t->requests[i].statement.table, &r->targets[i].use));
    for (size_t i = 0; i < t->count; i++) {
        r->targets[i].key = &r->reads[i].key.map;
        TRY(ddb_verdict_take(&r->verdict, i,
                             partiql_read_bind(&r->reads[i], &t->requests[i],
                                               &r->targets[i].use->table, "ExecuteTransaction")));
    }
    TRY(ddb_verdict_tell(&r->verdict));
    return ddb_targets_check(t->call, r->targets, t->count);
}

static struct err read_all(struct transaction *t, struct dynamodb_execute_transaction_output *out)
{
    struct arena *arena = t->call->arena;
    struct reading r = {.reads = ARENA_ARRAY(arena, struct partiql_read, t->count),
                        .targets = ARENA_ARRAY(arena, struct ddb_target, t->count)};
    size_t bytes = 0;
    ddb_table_uses_init(&r.uses, t->call, t->count);
    ddb_verdict_init(&r.verdict, t->call, t->count);
    TRY(partiql_begin(t->call, true));
    TRY(bind_reading(t, &r));
    out->responses = (struct dynamodb_item_response_list){
        ARENA_ARRAY(arena, struct dynamodb_item_response, t->count), t->count, true};
    for (size_t i = 0; i < t->count; i++) {
        struct ddb_table_use *use = r.targets[i].use;
        size_t size;
        TRY(partiql_read_find(&r.reads[i], &use->table, &out->responses.items[i].item, &size));
        TRY(ddb_verdict_take(
            &r.verdict, i,
            ddb_table_use_charge_read(t->call, use, size, true, DDB_TRANSACTION_COST)));
        bytes += size;
        TRY(ddb_transaction_check_bytes(t->call, bytes));
    }
    TRY(ddb_verdict_tell(&r.verdict));
    out->consumed_capacity =
        ddb_table_uses_consumed(&r.uses, t->in->return_consumed_capacity, CAPACITY_OF_READS);
    return OK;
}

struct err dynamodb_execute_transaction(struct call *call,
                                        const struct dynamodb_execute_transaction_input *in,
                                        struct dynamodb_execute_transaction_output *out)
{
    size_t count = in->transact_statements.count;
    struct transaction t = {
        .call = call,
        .in = in,
        .requests = ARENA_ARRAY(call->arena, struct partiql_request, count),
        .count = count,
    };
    bool reads = true;
    TRY(parse_all(&t, &reads));
    return reads ? read_all(&t, out) : write_all(&t, out);
}
