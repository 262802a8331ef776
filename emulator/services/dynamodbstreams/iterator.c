/* GetShardIterator. */
#include "emulator/services/dynamodbstreams/iterator.h"

#include "lib/enc/base64.h"

struct slice iterator_text(struct arena *arena, const struct iterator *iterator)
{
    struct slice place =
        arena_printf(arena, SLICE_FMT ":%lld:%lld", SLICE_ARG(iterator->shard_id),
                     (long long)iterator->after, (long long)iterator->issued_micros);
    return arena_printf(arena, SLICE_FMT "|1|" SLICE_FMT, SLICE_ARG(iterator->stream_arn),
                        SLICE_ARG(base64url_encode(arena, place)));
}

bool iterator_parse(struct arena *arena, struct slice text, struct iterator *iterator)
{
    struct slice rest = text;
    struct slice version;
    struct slice sealed;
    struct slice place;
    struct slice after;
    struct slice issued;
    return slice_next(&rest, '|', &iterator->stream_arn) && slice_next(&rest, '|', &version) &&
           slice_eq(version, SLICE("1")) && slice_next(&rest, '|', &sealed) &&
           !slice_is_set(rest) && base64url_decode(arena, sealed, &place) &&
           slice_next(&place, ':', &iterator->shard_id) && slice_next(&place, ':', &after) &&
           slice_to_i64(after, &iterator->after) && slice_next(&place, ':', &issued) &&
           !slice_is_set(place) && slice_to_i64(issued, &iterator->issued_micros);
}

static struct err refuse_number(struct call *call, struct slice text)
{
    return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid SequenceNumber: " SLICE_FMT,
                SLICE_ARG(text));
}

/* The record of that number is there, or may come: it lies in the shard and is not trimmed. */
static struct err require_number(struct call *call, const struct ddb_shard *shard,
                                 struct slice text, int64_t *sequence)
{
    int64_t trimmed;
    if (!slice_is_set(text))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "SequenceNumber must be specified for the ShardIteratorTypes "
                    "AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER");
    if (!streams_sequence_parse(text, sequence) || *sequence < shard->first_sequence)
        return refuse_number(call, text);
    bool is_end = *sequence == shard->first_sequence; /* an empty shard ends where it starts */
    if (shard->is_closed && *sequence > shard->last_sequence && !is_end)
        return refuse_number(call, text);
    TRY(ddb_store_trimmed_sequence(call, &trimmed));
    if (*sequence <= trimmed)
        return fail(call, &DYNAMODBSTREAMS_TRIMMED_DATA_ACCESS_EXCEPTION,
                    "The data you are trying to access has been trimmed");
    return OK;
}

static struct err at_horizon(struct call *call, const struct ddb_shard *shard,
                             const struct dynamodbstreams_get_shard_iterator_input *in,
                             int64_t *after)
{
    (void)call;
    (void)shard;
    (void)in;
    *after = ITERATOR_HORIZON;
    return OK;
}

static struct err at_latest(struct call *call, const struct ddb_shard *shard,
                            const struct dynamodbstreams_get_shard_iterator_input *in,
                            int64_t *after)
{
    (void)shard;
    (void)in;
    return ddb_store_last_sequence(call, after);
}

static struct err at_number(struct call *call, const struct ddb_shard *shard,
                            const struct dynamodbstreams_get_shard_iterator_input *in,
                            int64_t *after)
{
    TRY(require_number(call, shard, in->sequence_number, after));
    *after -= 1;
    return OK;
}

static struct err after_number(struct call *call, const struct ddb_shard *shard,
                               const struct dynamodbstreams_get_shard_iterator_input *in,
                               int64_t *after)
{
    return require_number(call, shard, in->sequence_number, after);
}

static struct err at_time(struct call *call, const struct ddb_shard *shard,
                          const struct dynamodbstreams_get_shard_iterator_input *in, int64_t *after)
{
    if (!in->timestamp.is_set)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Timestamp must be specified for the ShardIteratorType AT_TIMESTAMP");
    return ddb_store_sequence_before(call, shard->number, in->timestamp.micros, after);
}

struct err dynamodbstreams_get_shard_iterator(
    struct call *call, const struct dynamodbstreams_get_shard_iterator_input *in,
    struct dynamodbstreams_get_shard_iterator_output *out)
{
    static const struct {
        struct slice type;
        struct err (*place)(struct call *call, const struct ddb_shard *shard,
                            const struct dynamodbstreams_get_shard_iterator_input *in,
                            int64_t *after);
    } types[] = {
        {SLICE_INIT("TRIM_HORIZON"),          at_horizon  },
        {SLICE_INIT("LATEST"),                at_latest   },
        {SLICE_INIT("AT_SEQUENCE_NUMBER"),    at_number   },
        {SLICE_INIT("AFTER_SEQUENCE_NUMBER"), after_number},
        {SLICE_INIT("AT_TIMESTAMP"),          at_time     },
    };
    struct ddb_stream stream;
    struct ddb_shard shard;
    struct iterator iterator = {
        .stream_arn = in->stream_arn, .shard_id = in->shard_id, .issued_micros = call->now_micros};
    TRY(streams_require(call, in->stream_arn, &stream));
    TRY(streams_require_shard(call, &stream, in->shard_id, &shard));
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (slice_eq(types[i].type, in->shard_iterator_type))
            TRY(types[i].place(call, &shard, in, &iterator.after));
    out->shard_iterator = iterator_text(call->arena, &iterator);
    return OK;
}
