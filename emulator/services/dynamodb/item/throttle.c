/* Throttling. */
#include "emulator/services/dynamodb/item/throttle.h"

#include "emulator/core/buckets.h"
#include "emulator/services/dynamodb/item/request.h"

enum { parts_max = 1 + TABLE_GLOBAL_INDEXES_MAX };

static const double burst_seconds = 300;

/* The table or one of its global indexes, as far as something uses it. */
struct part {
    const struct ddb_index *index; /* NULL: the table */
    double units;
    double rate; /* of units a second; 0: no limit */
    struct slice bucket;
};

static double rate_of(const struct ddb_table *table, const struct ddb_index *index, bool reads)
{
    const struct ddb_limits *limits = index ? &index->limits : &table->limits;
    int64_t most;
    if (table->on_demand)
        most = reads ? limits->max_read_units : limits->max_write_units;
    else if (index)
        most = reads ? index->read_units : index->write_units;
    else
        most = reads ? table->read_units : table->write_units;
    return most > 0 ? (double)most : 0;
}

static size_t add_part(struct call *call, const struct ddb_table *table,
                       const struct ddb_index *index, double units, bool reads, struct part *part)
{
    *part = (struct part){.index = index, .units = units, .rate = rate_of(table, index, reads)};
    if (units <= 0 || part->rate <= 0)
        return 0;
    part->bucket = arena_printf(call->arena, "dynamodb/" SLICE_FMT "/%u/%s", SLICE_ARG(table->id),
                                index ? index->number : 0, reads ? "read" : "write");
    return 1;
}

static size_t find_parts(struct call *call, const struct ddb_table *table,
                         const struct ddb_usage *usage, double times, bool reads,
                         struct part *parts)
{
    size_t count = 0;
    double own = usage->table;
    for (size_t i = 0; i < table->index_count; i++)
        own += table->indexes[i].is_global ? 0 : usage->indexes[i];
    count += add_part(call, table, NULL, own * times, reads, &parts[count]);
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].is_global)
            count += add_part(call, table, &table->indexes[i], usage->indexes[i] * times, reads,
                              &parts[count]);
    return count;
}

static struct dynamodb_throttling_reason reason_of(struct call *call, const struct ddb_table *table,
                                                   const struct part *part, bool reads)
{
    struct slice arn = ddb_table_arn(call, table->name);
    return (struct dynamodb_throttling_reason){
        .reason = arena_printf(
            call->arena, "%s%s%s", part->index ? "Index" : "Table", reads ? "Read" : "Write",
            table->on_demand ? "MaxOnDemandThroughputExceeded" : "ProvisionedThroughputExceeded"),
        .resource = part->index ? arena_printf(call->arena, SLICE_FMT "/index/" SLICE_FMT,
                                               SLICE_ARG(arn), SLICE_ARG(part->index->name))
                                : arn,
    };
}

static struct err tell(struct call *call, bool on_demand, bool of_table,
                       const struct dynamodb_throttling_reason_list *reasons)
{
    struct dynamodb_throttling_exception *limited =
        ARENA_NEW(call->arena, struct dynamodb_throttling_exception);
    struct dynamodb_provisioned_throughput_exceeded_exception *exceeded =
        ARENA_NEW(call->arena, struct dynamodb_provisioned_throughput_exceeded_exception);
    limited->throttling_reasons = exceeded->throttling_reasons = *reasons;
    if (on_demand)
        return fail_with(call, &DYNAMODB_THROTTLING_EXCEPTION, limited,
                         "Throughput exceeds the maximum OnDemandThroughput configured on table or "
                         "index");
    return of_table
               ? fail_with(call, &DYNAMODB_PROVISIONED_THROUGHPUT_EXCEEDED_EXCEPTION, exceeded,
                           "The level of configured provisioned throughput for the table was "
                           "exceeded. Consider increasing your provisioning level with the "
                           "UpdateTable API.")
               : fail_with(call, &DYNAMODB_PROVISIONED_THROUGHPUT_EXCEEDED_EXCEPTION, exceeded,
                           "The level of configured provisioned throughput for one or more global "
                           "secondary indexes of the table was exceeded. Consider increasing your "
                           "provisioning level for the under-provisioned global secondary indexes "
                           "with the UpdateTable API");
}

struct err ddb_throttle(struct call *call, const struct ddb_table *table,
                        const struct ddb_usage *usage, double times, enum capacity_kind kind)
{
    struct buckets *buckets = call->platform->buckets;
    struct part parts[parts_max];
    struct dynamodb_throttling_reason_list reasons = {.is_set = true};
    bool reads = kind == CAPACITY_OF_READS;
    if (!buckets)
        return OK;
    size_t count = find_parts(call, table, usage, times, reads, parts);
    reasons.items = ARENA_ARRAY(call->arena, struct dynamodb_throttling_reason, count);
    bool of_table = false;
    for (size_t i = 0; i < count; i++) {
        const struct bucket_rate rate = {parts[i].rate, burst_seconds};
        if (buckets_has_some(buckets, parts[i].bucket, rate, call->now_micros))
            continue;
        of_table = of_table || !parts[i].index;
        reasons.items[reasons.count++] = reason_of(call, table, &parts[i], reads);
    }
    if (reasons.count > 0)
        return tell(call, table->on_demand, of_table, &reasons);
    for (size_t i = 0; i < count; i++)
        buckets_take(buckets, parts[i].bucket, parts[i].units);
    return OK;
}

bool ddb_is_throttled(struct err e)
{
    return e.info == &DYNAMODB_PROVISIONED_THROUGHPUT_EXCEEDED_EXCEPTION.info ||
           e.info == &DYNAMODB_THROTTLING_EXCEPTION.info;
}
