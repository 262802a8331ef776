/* Writing streams. */
#include "emulator/services/dynamodb/stream/stream.h"

#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/value/item_bytes.h"

/* A partition takes that many units ("Partitions and data distribution", developer guide). */
enum { partition_read_units = 3000, partition_write_units = 1000 };
enum { trimmed_at_once = 1000 };

static const int64_t shard_micros = 4 * 3600 * MICROS_PER_SECOND;
static const int64_t kept_micros = 24 * 3600 * MICROS_PER_SECOND;
/* Records are removed by the minute, so that a busy stream is not trimmed record by record. */
static const int64_t trim_grain_micros = 60 * MICROS_PER_SECOND;

struct slice ddb_stream_arn(struct call *call, struct slice table_name, struct slice label)
{
    return arena_printf(call->arena, SLICE_FMT "/stream/" SLICE_FMT,
                        SLICE_ARG(ddb_table_arn(call, table_name)), SLICE_ARG(label));
}

/* "2026-11-22T10:20:30.123": a stream's label is its time, so no two of a table have the same. */
static struct err make_label(struct call *call, struct slice table_name, struct slice *label)
{
    static const int64_t grain = MICROS_PER_SECOND / 1000;
    int64_t newest;
    TRY(ddb_store_newest_stream(call, table_name, &newest));
    int64_t micros = call->now_micros / grain > newest / grain ? call->now_micros : newest + grain;
    struct slice text = clock_format_rfc3339(call->arena, micros, 3);
    *label = slice_sub(text, 0, text.len - 1);
    return OK;
}

static unsigned slots_of(const struct ddb_table *table)
{
    double partitions = (double)table->read_units / partition_read_units +
                        (double)table->write_units / partition_write_units;
    return partitions > 1 ? (unsigned)(partitions + 0.999) : 1;
}

static struct err add_shard(struct call *call, int64_t stream_number, unsigned slot,
                            struct slice parent_id, struct ddb_shard *shard)
{
    uint32_t suffix;
    rand_fill(call->platform->rand, &suffix, sizeof suffix);
    *shard = (struct ddb_shard){
        .id = arena_printf(call->arena, "shardId-%020lld-%08x",
                           (long long)(call->now_micros / (MICROS_PER_SECOND / 1000)), suffix),
        .parent_id = parent_id,
        .created_micros = call->now_micros,
    };
    return ddb_store_add_shard(call, stream_number, slot, shard);
}

struct err ddb_stream_open(struct call *call, struct ddb_table *table, struct slice view)
{
    struct ddb_stream stream = {
        .table_name = table->name,
        .view = view,
        .hash_name = table->keys.parts[0].name,
        .range_name = table->keys.count > 1 ? table->keys.parts[1].name : SLICE_NONE,
        .created_micros = call->now_micros,
    };
    struct ddb_shard shard;
    TRY(make_label(call, table->name, &stream.label));
    TRY(ddb_store_add_stream(call, &stream));
    table->stream = (struct ddb_table_stream){stream.number, view, stream.label, slots_of(table)};
    for (unsigned slot = 0; slot < table->stream.slots; slot++)
        TRY(add_shard(call, stream.number, slot, SLICE_NONE, &shard));
    return OK;
}

struct err ddb_stream_close(struct call *call, struct ddb_table *table)
{
    if (table->stream.number == 0)
        return OK;
    TRY(ddb_store_close_stream(call, table->stream.number));
    call_due_at(call, call->now_micros + kept_micros);
    table->stream = (struct ddb_table_stream){0};
    return OK;
}

/* By the spread at the start of the key's bytes (key.h), as segments of a scan are. */
static unsigned slot_of(const struct ddb_table_stream *stream, struct slice key)
{
    uint64_t spread = 0;
    for (size_t i = 0; i < KEY_SPREAD_BYTES; i++)
        spread = spread << 8 | (unsigned char)key.ptr[i];
    return (unsigned)(spread * stream->slots >> 32);
}

/* The open shard of the key, or the child of one that is too old. */
static struct err find_shard(struct call *call, const struct ddb_table_stream *stream,
                             struct slice key, struct ddb_shard *shard)
{
    unsigned slot = slot_of(stream, key);
    TRY(ddb_store_find_open_shard(call, stream->number, slot, shard));
    if (shard->number == 0)
        return ERR(&DDB_DAMAGED);
    if (call->now_micros < shard->created_micros + shard_micros)
        return OK;
    TRY(ddb_store_close_shard(call, stream->number, shard->number));
    return add_shard(call, stream->number, slot, shard->id, shard);
}

static enum stream_event event_of(const struct ddb_stored_change *change)
{
    if (!change->old)
        return EVENT_INSERT;
    return change->item ? EVENT_MODIFY : EVENT_REMOVE;
}

struct err ddb_stream_record_change(struct call *call, const struct ddb_stored_change *change)
{
    const struct ddb_table_stream *stream = &change->table->stream;
    if (stream->number == 0 || ddb_stored_change_is_none(change))
        return OK;
    struct attr_map keys =
        key_of_item(call->arena, &change->table->keys, change->item ? change->item : change->old);
    struct ddb_stream_record record = {
        .created_micros = call->now_micros,
        .event = event_of(change),
        .by_service = change->by == CHANGED_BY_EXPIRY,
        .keys = item_to_bytes(call->arena, &keys),
    };
    if (slice_ends_with(stream->view, SLICE("OLD_IMAGE")) ||
        slice_ends_with(stream->view, SLICE("OLD_IMAGES")))
        record.old_image = change->old_bytes;
    if (slice_starts_with(stream->view, SLICE("NEW_")))
        record.new_image = change->bytes;
    struct ddb_shard shard;
    TRY(find_shard(call, stream, change->key, &shard));
    call_due_at(call, call->now_micros + kept_micros + trim_grain_micros);
    return ddb_store_add_record(call, shard.number, &record);
}

struct err ddb_stream_run_due(struct call *call, int64_t *next_micros)
{
    int64_t oldest;
    TRY(ddb_store_trim_streams(call, call->now_micros - kept_micros, trimmed_at_once, &oldest));
    *next_micros = INT64_MAX;
    if (oldest == INT64_MAX)
        return OK;
    int64_t due = oldest + kept_micros;
    *next_micros = due <= call->now_micros ? due : due + trim_grain_micros;
    return OK;
}
