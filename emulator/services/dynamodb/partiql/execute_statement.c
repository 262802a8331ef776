/* ExecuteStatement. */
#include "emulator/services/dynamodb/partiql/partiql_select.h"

static struct err run_select(struct partiql_request *request,
                             const struct dynamodb_execute_statement_input *in,
                             struct dynamodb_execute_statement_output *out)
{
    const struct partiql_page_request wanted = {
        .request = request,
        .next_token = in->next_token,
        .limit = in->limit.value,
        .consistent = in->consistent_read.value,
    };
    struct partiql_page page;
    TRY(partiql_begin(request->call, true));
    TRY(partiql_select(&wanted, &page));
    out->items = page.items;
    out->next_token = page.next_token;
    out->last_evaluated_key = page.last_key;
    out->consumed_capacity =
        ddb_consumed(request->call, in->return_consumed_capacity, &page.table, &page.usage);
    return OK;
}

static struct err make_change(struct partiql_request *request, struct ddb_change *change,
                              struct ddb_table *table)
{
    TRY(ddb_require_table(request->call, change->table_name, table));
    TRY(partiql_change_bind(request, table, change));
    TRY(ddb_change_match(change, table));
    TRY(ddb_change_prepare(change));
    return ddb_change_apply(change);
}

static struct err run_change(struct partiql_request *request,
                             const struct dynamodb_execute_statement_input *in,
                             struct dynamodb_execute_statement_output *out)
{
    struct call *call = request->call;
    struct ddb_table table;
    struct ddb_change change;
    if (slice_is_set(in->next_token))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "NextToken does not match request");
    TRY(partiql_change_begin(request, in->return_values_on_condition_check_failure, &change));
    TRY(partiql_begin(call, false));
    TRY(make_change(request, &change, &table));
    struct ddb_item *returned = ARENA_NEW(call->arena, struct ddb_item);
    *returned = partiql_change_returned(request, &change);
    out->items = (struct dynamodb_item_list){returned, returned->is_set, true};
    out->consumed_capacity =
        ddb_consumed(call, in->return_consumed_capacity, &table, &change.write.usage);
    return store_commit(call->store);
}

struct err dynamodb_execute_statement(struct call *call,
                                      const struct dynamodb_execute_statement_input *in,
                                      struct dynamodb_execute_statement_output *out)
{
    struct partiql_request request;
    TRY(partiql_request_parse(&request, call, in->statement, &in->parameters));
    TRY(partiql_request_refuse_exists(&request));
    return partiql_request_reads(&request) ? run_select(&request, in, out)
                                           : run_change(&request, in, out);
}
