/* Finding streams and shards. */
#include "emulator/services/dynamodbstreams/resolve.h"

#include "emulator/core/arn.h"

static const struct slice number_prefix = SLICE_INIT("1");
enum { number_digits = 20 };

bool streams_parse_arn(const struct call *call, struct slice text, struct slice *table_name,
                       struct slice *label)
{
    struct arn arn;
    struct slice rest = {0};
    struct slice words[4];
    bool parsed = arn_parse(text, &arn) && slice_eq(arn.service, SLICE("dynamodb")) &&
                  slice_eq(arn.account, call->account) && slice_eq(arn.region, call->region);
    if (!parsed)
        return false;
    rest = arn.resource;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (!slice_next(&rest, '/', &words[i]))
            return false;
    *table_name = words[1];
    *label = words[3];
    return !slice_is_set(rest) && slice_eq(words[0], SLICE("table")) &&
           slice_eq(words[2], SLICE("stream"));
}

struct err streams_require(struct call *call, struct slice arn, struct ddb_stream *stream)
{
    struct slice table_name;
    struct slice label;
    bool found = false;
    if (streams_parse_arn(call, arn, &table_name, &label))
        TRY(ddb_store_find_stream(call, table_name, label, stream, &found));
    if (!found)
        return fail(call, &DYNAMODBSTREAMS_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found: Stream: " SLICE_FMT " not found",
                    SLICE_ARG(arn));
    return OK;
}

struct err streams_require_shard(struct call *call, const struct ddb_stream *stream,
                                 struct slice id, struct ddb_shard *shard)
{
    TRY(ddb_store_find_shard(call, stream->number, id, shard));
    if (shard->number == 0)
        return fail(call, &DYNAMODBSTREAMS_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found: Shard does not exist");
    return OK;
}

struct slice streams_sequence_text(struct arena *arena, int64_t sequence)
{
    return arena_printf(arena, SLICE_FMT "%0*lld", SLICE_ARG(number_prefix), number_digits,
                        (long long)sequence);
}

bool streams_sequence_parse(struct slice text, int64_t *sequence)
{
    uint64_t number;
    if (text.len != number_prefix.len + number_digits || !slice_starts_with(text, number_prefix) ||
        !slice_to_u64(slice_from(text, number_prefix.len), &number) || number > INT64_MAX)
        return false;
    *sequence = (int64_t)number;
    return true;
}

struct err streams_limit(struct call *call, struct opt_i64 given, int64_t most, int64_t *limit)
{
    *limit = given.is_set ? given.value : most;
    if (*limit > most)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "1 validation error detected: Value '%lld' at 'limit' failed to satisfy "
                    "constraint: Member must have value less than or equal to %lld",
                    (long long)*limit, (long long)most);
    return OK;
}
