/* ImportTable, DescribeImport, ListImports. */
#include "emulator/services/dynamodb/backup/part_arn.h"
#include "emulator/services/dynamodb/backup/transfer.h"
#include "emulator/services/dynamodb/store/transfer_store.h"
#include "emulator/services/dynamodb/table/table_create.h"
#include "emulator/services/dynamodb/table/table_describe.h"
#include "lib/enc/hex.h"

static const struct slice part_kind = SLICE_INIT("import");

enum { token_bytes = 64, headers_bytes_max = 16 * 1024 * 1024 };

/* The model wants 112 hexadecimal digits or more, by sixteens: an id and zeros behind it. */
static struct slice make_token(struct arena *arena, struct slice id)
{
    char *bytes = arena_zalloc(arena, token_bytes);
    memcpy(bytes, id.ptr, id.len < token_bytes ? id.len : token_bytes);
    return hex_encode(arena, (struct slice){bytes, token_bytes});
}

static bool read_token(struct arena *arena, struct slice token, struct slice *after_id)
{
    struct slice bytes;
    *after_id = SLICE("");
    if (!slice_is_set(token))
        return true;
    if (!hex_decode(arena, token, &bytes) || bytes.len != token_bytes)
        return false;
    ptrdiff_t len = slice_index(bytes, '\0');
    *after_id = len < 0 ? bytes : slice_sub(bytes, 0, (size_t)len);
    return true;
}

static struct slice join(struct arena *arena, const struct dynamodb_csv_header_list *headers)
{
    struct buf out;
    if (!headers->is_set)
        return SLICE_NONE;
    buf_init_arena(&out, arena, headers_bytes_max);
    for (size_t i = 0; i < headers->count; i++) {
        buf_append_cstr(&out, i > 0 ? "," : "");
        buf_append(&out, headers->items[i]);
    }
    return buf_slice(&out);
}

static struct dynamodb_csv_header_list split(struct arena *arena, struct slice headers)
{
    enum { most = 255 };
    struct dynamodb_csv_header_list list = {0};
    if (!slice_is_set(headers))
        return list;
    list = (struct dynamodb_csv_header_list){ARENA_ARRAY(arena, struct slice, most), 0, true};
    while (list.count < most && slice_next(&headers, ',', &list.items[list.count]))
        list.count++;
    return list;
}

static struct dynamodb_input_format_options *describe_csv(struct arena *arena,
                                                          const struct ddb_import *import)
{
    if (!slice_is_set(import->csv_delimiter) && !slice_is_set(import->csv_headers))
        return NULL;
    struct dynamodb_input_format_options *out =
        ARENA_NEW(arena, struct dynamodb_input_format_options);
    out->csv = ARENA_NEW(arena, struct dynamodb_csv_options);
    out->csv->delimiter = import->csv_delimiter;
    out->csv->header_list = split(arena, import->csv_headers);
    return out;
}

static struct dynamodb_s3_bucket_source *describe_source(struct arena *arena,
                                                         const struct ddb_import *import)
{
    struct dynamodb_s3_bucket_source *out = ARENA_NEW(arena, struct dynamodb_s3_bucket_source);
    out->s3_bucket = import->bucket;
    out->s3_bucket_owner = import->bucket_owner;
    out->s3_key_prefix = import->prefix;
    return out;
}

static struct err describe(struct call *call, const struct ddb_import *import,
                           struct dynamodb_import_table_description **description)
{
    struct ddb_table table = {.name = import->table_name};
    struct dynamodb_import_table_description *out =
        ARENA_NEW(call->arena, struct dynamodb_import_table_description);
    if (!ddb_table_from_json(call->arena, import->definition, &table))
        return ERR(&DDB_DAMAGED);
    *out = (struct dynamodb_import_table_description){
        .import_arn = ddb_part_arn_format(call, part_kind, import->table_name, import->id),
        .import_status = DYNAMODB_IMPORT_STATUS_FAILED,
        .table_arn = ddb_table_arn(call, import->table_name),
        .client_token = import->token,
        .s3_bucket_source = describe_source(call->arena, import),
        .error_count = SET_I64(0),
        .input_format = import->format,
        .input_format_options = describe_csv(call->arena, import),
        .input_compression_type = import->compression,
        .table_creation_parameters = ddb_describe_creation(call->arena, &table),
        .start_time = SET_TIME(import->started_micros),
        .end_time = SET_TIME(import->started_micros),
        .processed_size_bytes = SET_I64(0),
        .processed_item_count = SET_I64(0),
        .imported_item_count = SET_I64(0),
        .failure_code = TRANSFER_FAILURE_CODE,
        .failure_message = TRANSFER_FAILURE_MESSAGE,
    };
    *description = out;
    return OK;
}

/* As AWS answers while the import is under way. */
static struct err describe_start(struct call *call, const struct ddb_import *import,
                                 struct dynamodb_import_table_description **description)
{
    TRY(describe(call, import, description));
    (*description)->import_status = DYNAMODB_IMPORT_STATUS_IN_PROGRESS;
    (*description)->end_time = (struct opt_time){0};
    (*description)->failure_code = (*description)->failure_message = SLICE_NONE;
    return OK;
}

/* The table goes through CreateTable's checks, as it would be created. */
static struct err check_creation(struct call *call,
                                 const struct dynamodb_table_creation_parameters *given,
                                 struct ddb_table *table)
{
    const struct dynamodb_create_table_input creation = {
        .table_name = given->table_name,
        .attribute_definitions = given->attribute_definitions,
        .key_schema = given->key_schema,
        .billing_mode = given->billing_mode,
        .provisioned_throughput = given->provisioned_throughput,
        .on_demand_throughput = given->on_demand_throughput,
        .sse_specification = given->sse_specification,
        .global_secondary_indexes = given->global_secondary_indexes,
        .vector_indexes = given->vector_indexes,
    };
    return ddb_table_take(call, &creation, table);
}

static struct err take_request(struct call *call, const struct dynamodb_import_table_input *in,
                               const struct ddb_table *table, struct ddb_import *import)
{
    const struct dynamodb_csv_options *csv =
        in->input_format_options ? in->input_format_options->csv : NULL;
    if (csv && !slice_eq(in->input_format, DYNAMODB_INPUT_FORMAT_CSV))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "InputFormatOptions with Csv can only be provided when InputFormat is CSV");
    *import = (struct ddb_import){
        .id = ddb_part_id(call),
        .table_name = table->name,
        .definition = ddb_table_to_json(call->arena, table),
        .started_micros = call->now_micros,
        .token = slice_is_set(in->client_token) ? in->client_token
                                                : rand_uuid4(call->platform->rand, call->arena),
        .bucket = in->s3_bucket_source->s3_bucket,
        .bucket_owner = in->s3_bucket_source->s3_bucket_owner,
        .prefix = in->s3_bucket_source->s3_key_prefix,
        .format = in->input_format,
        .compression = slice_is_set(in->input_compression_type)
                           ? in->input_compression_type
                           : DYNAMODB_INPUT_COMPRESSION_TYPE_NONE,
        .csv_delimiter = csv ? csv->delimiter : SLICE_NONE,
        .csv_headers = csv ? join(call->arena, &csv->header_list) : SLICE_NONE,
    };
    return OK;
}

struct err dynamodb_import_table(struct call *call, const struct dynamodb_import_table_input *in,
                                 struct dynamodb_import_table_output *out)
{
    struct ddb_table table;
    struct ddb_import import;
    struct ddb_import earlier;
    bool repeated;
    TRY(check_creation(call, in->table_creation_parameters, &table));
    TRY(take_request(call, in, &table, &import));
    TRY(ddb_store_find_import_token(call, import.token, &earlier, &repeated));
    if (repeated && !ddb_import_same(&import, &earlier))
        return fail(call, &DYNAMODB_IMPORT_CONFLICT_EXCEPTION,
                    "There was a conflict when importing from the specified S3 source: the "
                    "ClientToken was used for another import within the last 8 hours");
    if (repeated)
        return describe(call, &earlier, &out->import_table_description);
    TRY(describe_start(call, &import, &out->import_table_description));
    return ddb_store_add_import(call, &import);
}

struct err dynamodb_describe_import(struct call *call,
                                    const struct dynamodb_describe_import_input *in,
                                    struct dynamodb_describe_import_output *out)
{
    struct ddb_part_arn arn;
    struct ddb_import import;
    bool found = false;
    if (!ddb_part_arn_parse(in->import_arn, part_kind, &arn))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid ImportArn: Invalid ResourceArn provided as input " SLICE_FMT,
                    SLICE_ARG(in->import_arn));
    if (ddb_part_arn_is_here(call, &arn))
        TRY(ddb_store_find_import(call, arn.table_name, arn.id, &import, &found));
    if (!found)
        return fail(call, &DYNAMODB_IMPORT_NOT_FOUND_EXCEPTION,
                    "The specified import was not found: " SLICE_FMT, SLICE_ARG(in->import_arn));
    return describe(call, &import, &out->import_table_description);
}

static struct err summarize(struct call *call, const struct ddb_import *import,
                            struct dynamodb_import_summary *summary)
{
    struct dynamodb_import_table_description *shown;
    TRY(describe(call, import, &shown));
    *summary = (struct dynamodb_import_summary){
        .import_arn = shown->import_arn,
        .import_status = shown->import_status,
        .table_arn = shown->table_arn,
        .s3_bucket_source = shown->s3_bucket_source,
        .input_format = shown->input_format,
        .start_time = shown->start_time,
        .end_time = shown->end_time,
    };
    return OK;
}

struct err dynamodb_list_imports(struct call *call, const struct dynamodb_list_imports_input *in,
                                 struct dynamodb_list_imports_output *out)
{
    size_t limit = in->page_size.is_set ? (size_t)in->page_size.value : TRANSFER_PAGE_MAX;
    struct ddb_import *imports = ARENA_ARRAY(call->arena, struct ddb_import, limit + 1);
    struct slice after;
    struct slice table_name;
    size_t count;
    if (!read_token(call->arena, in->next_token, &after))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid NextToken");
    TRY(ddb_transfer_filter(call, in->table_arn, &table_name));
    TRY(ddb_store_list_imports(call, after, table_name, limit + 1, imports, &count));
    if (count > limit) {
        count = limit;
        out->next_token = make_token(call->arena, imports[count - 1].id);
    }
    out->import_summary_list = (struct dynamodb_import_summary_list){
        ARENA_ARRAY(call->arena, struct dynamodb_import_summary, count), count, true};
    for (size_t i = 0; i < count; i++)
        TRY(summarize(call, &imports[i], &out->import_summary_list.items[i]));
    return OK;
}
