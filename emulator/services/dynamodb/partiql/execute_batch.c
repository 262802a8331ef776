/* BatchExecuteStatement: statements by themselves, each with its own answer or error. */
#include "emulator/services/dynamodb/item/throttle.h"
#include "emulator/services/dynamodb/partiql/partiql_request.h"
#include "emulator/services/dynamodb/table/table_use.h"

struct batch {
    struct call *call;
    const struct dynamodb_parti_ql_batch_request *given;
    struct partiql_request *requests;
    struct dynamodb_batch_statement_response *answers;
    struct ddb_table_uses uses;
};

/* The faults of single statements: the code of a statement's error in place of an exception. */
static struct slice error_code(struct err e)
{
    static const struct {
        const struct err_info *info;
        struct slice code;
    } codes[] = {
        {&DYNAMODB_CONDITIONAL_CHECK_FAILED_EXCEPTION.info, SLICE_INIT("ConditionalCheckFailed")},
        {&DYNAMODB_DUPLICATE_ITEM_EXCEPTION.info,           SLICE_INIT("DuplicateItem")         },
        {&DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION.info,       SLICE_INIT("ResourceNotFound")      },
        {&DYNAMODB_THROTTLING_EXCEPTION.info,               SLICE_INIT("ThrottlingError")       },
        {&DDB_VALIDATION_EXCEPTION.info,                    SLICE_INIT("ValidationError")       },
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (e.info == codes[i].info)
            return codes[i].code;
    return ddb_is_throttled(e) ? SLICE("ProvisionedThroughputExceeded") : SLICE_NONE;
}

/* A fault of a statement becomes its error; any other failure fails the call. */
static struct err answer_error(struct batch *batch, size_t at, struct err e)
{
    struct call *call = batch->call;
    struct slice code = failed(e) ? error_code(e) : SLICE_NONE;
    if (!slice_is_set(code))
        return e;
    struct dynamodb_batch_statement_error *error =
        ARENA_NEW(call->arena, struct dynamodb_batch_statement_error);
    error->code = code;
    error->message = call->fault_message;
    if (e.info == &DYNAMODB_CONDITIONAL_CHECK_FAILED_EXCEPTION.info) {
        const struct dynamodb_conditional_check_failed_exception *members = call->fault_members;
        error->item = members->item;
    }
    batch->answers[at].error = error;
    call->fault = NULL;
    call->fault_members = NULL;
    call->fault_message = SLICE_NONE;
    return OK;
}

static struct err parse(struct batch *batch, size_t at)
{
    const struct dynamodb_batch_statement_request *given = &batch->given->items[at];
    TRY(partiql_request_parse(&batch->requests[at], batch->call, given->statement,
                              &given->parameters));
    return partiql_request_refuse_exists(&batch->requests[at]);
}

static struct err parse_all(struct batch *batch, bool *reads)
{
    bool seen[2] = {false, false};
    for (size_t i = 0; i < batch->given->count; i++) {
        TRY(answer_error(batch, i, parse(batch, i)));
        batch->answers[i].table_name = batch->requests[i].statement.table;
        if (!batch->answers[i].error)
            seen[partiql_request_reads(&batch->requests[i])] = true;
    }
    if (seen[false] && seen[true])
        return fail(batch->call, &DDB_VALIDATION_EXCEPTION,
                    "The entire batch must consist of either read statements or write statements, "
                    "you cannot mix both in one batch");
    *reads = !seen[false];
    return OK;
}

static struct err read_one(struct batch *batch, size_t at, struct ddb_table_use *use)
{
    struct partiql_read read;
    struct ddb_item item;
    size_t size;
    TRY(partiql_read_bind(&read, &batch->requests[at], &use->table, "BatchExecuteStatement"));
    TRY(partiql_read_find(&read, &use->table, &item, &size));
    TRY(ddb_table_use_charge_read(batch->call, use, size,
                                  batch->given->items[at].consistent_read.value, 1));
    batch->answers[at].item = item;
    return OK;
}

static struct err write_one(struct batch *batch, size_t at, struct ddb_table_use *use)
{
    struct partiql_request *request = &batch->requests[at];
    struct slice wanted = batch->given->items[at].return_values_on_condition_check_failure;
    struct ddb_change change;
    TRY(partiql_change_begin(request, wanted, &change));
    TRY(partiql_change_bind(request, &use->table, &change));
    TRY(ddb_change_match(&change, &use->table));
    TRY(ddb_change_prepare(&change));
    TRY(ddb_change_apply(&change));
    ddb_table_use_add_usage(use, &change.write.usage, 1);
    batch->answers[at].item = partiql_change_returned(request, &change);
    return OK;
}

static struct err run(struct batch *batch, size_t at)
{
    struct partiql_request *request = &batch->requests[at];
    struct ddb_table_use *use;
    TRY(ddb_table_uses_find(&batch->uses, request->statement.table, &use));
    batch->answers[at].table_name = use->table.name;
    return partiql_request_reads(request) ? read_one(batch, at, use) : write_one(batch, at, use);
}

struct err dynamodb_batch_execute_statement(struct call *call,
                                            const struct dynamodb_batch_execute_statement_input *in,
                                            struct dynamodb_batch_execute_statement_output *out)
{
    size_t count = in->statements.count;
    struct batch batch = {
        .call = call,
        .given = &in->statements,
        .requests = ARENA_ARRAY(call->arena, struct partiql_request, count),
        .answers = ARENA_ARRAY(call->arena, struct dynamodb_batch_statement_response, count),
    };
    bool reads = true;
    ddb_table_uses_init(&batch.uses, call, count);
    TRY(parse_all(&batch, &reads));
    TRY(partiql_begin(call, reads));
    for (size_t i = 0; i < count; i++)
        if (!batch.answers[i].error)
            TRY(answer_error(&batch, i, run(&batch, i)));
    out->responses = (struct dynamodb_parti_ql_batch_response){batch.answers, count, true};
    out->consumed_capacity =
        ddb_table_uses_consumed(&batch.uses, in->return_consumed_capacity, CAPACITY_SUM);
    return reads ? OK : store_commit(call->store);
}
