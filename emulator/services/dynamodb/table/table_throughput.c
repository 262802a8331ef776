/* Throughput settings. */
#include "emulator/services/dynamodb/table/table_throughput.h"

#include "lib/base/clock.h"

#define WERE_INVALID "One or more parameter values were invalid: "

enum {
    units_max = 40000,  /* of one table or index: the quota of a new account */
    free_decreases = 4, /* a UTC day */
    decrease_interval_seconds = 3600,
    warm_reads_on_demand = 12000, /* of a new on-demand table */
    warm_writes_on_demand = 4000,
};

static const int64_t given_max = INT64_C(1000000000000);
static const int64_t micros_per_day = 86400 * MICROS_PER_SECOND;

struct ddb_throughput ddb_throughput_of_table(struct ddb_table *table)
{
    return (struct ddb_throughput){SLICE("table"), &table->read_units, &table->write_units,
                                   &table->limits, table->on_demand};
}

struct ddb_throughput ddb_throughput_of_index(struct call *call, const struct ddb_table *table,
                                              struct ddb_index *index)
{
    struct slice what = arena_printf(call->arena, "index " SLICE_FMT, SLICE_ARG(index->name));
    return (struct ddb_throughput){what, &index->read_units, &index->write_units, &index->limits,
                                   table->on_demand};
}

/* " for index NAME" where it is an index's. */
static struct slice for_index(struct call *call, const struct ddb_throughput *t)
{
    return slice_eq(t->what, SLICE("table"))
               ? SLICE("")
               : arena_printf(call->arena, " for " SLICE_FMT, SLICE_ARG(t->what));
}

static struct err check_unit(struct call *call, const struct ddb_throughput *t, const char *name,
                             int64_t units)
{
    if (units > given_max)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Given value %lld for %s is out of bounds" SLICE_FMT, (long long)units, name,
                    SLICE_ARG(for_index(call, t)));
    if (units > units_max)
        return fail(call, &DYNAMODB_LIMIT_EXCEEDED_EXCEPTION,
                    "Subscriber limit exceeded: %s of one table or index may be at most %d. "
                    "Requested for the " SLICE_FMT ": %lld",
                    name, units_max, SLICE_ARG(t->what), (long long)units);
    return OK;
}

static struct err check_units(struct call *call, const struct ddb_throughput *t,
                              const struct dynamodb_provisioned_throughput *given)
{
    TRY(check_unit(call, t, "ReadCapacityUnits", given->read_capacity_units.value));
    return check_unit(call, t, "WriteCapacityUnits", given->write_capacity_units.value);
}

struct err ddb_throughput_take_units(struct call *call, const struct ddb_throughput *throughput,
                                     const struct dynamodb_provisioned_throughput *given)
{
    if (!given)
        return OK;
    TRY(check_units(call, throughput, given));
    *throughput->read_units = given->read_capacity_units.value;
    *throughput->write_units = given->write_capacity_units.value;
    return OK;
}

/* How many decreases there were on the UTC day of this moment. */
static int64_t decreases_on_day(const struct ddb_limits *limits, int64_t micros)
{
    return limits->decreased_micros / micros_per_day == micros / micros_per_day ? limits->decreases
                                                                                : 0;
}

static struct err note_decrease(struct call *call, struct ddb_limits *limits)
{
    int64_t today = decreases_on_day(limits, call->now_micros);
    int64_t next = limits->decreased_micros + decrease_interval_seconds * MICROS_PER_SECOND;
    if (today >= free_decreases && call->now_micros < next)
        return fail(call, &DYNAMODB_LIMIT_EXCEEDED_EXCEPTION,
                    "Subscriber limit exceeded: Provisioned throughput decreases are limited "
                    "within a given UTC day. After the first %d decreases, each subsequent "
                    "decrease in the same UTC day can be performed at most once every %d seconds. "
                    "Number of decreases today: %lld. Last decrease at " SLICE_FMT
                    ". Next decrease can be made at " SLICE_FMT,
                    free_decreases, decrease_interval_seconds, (long long)today,
                    SLICE_ARG(clock_format_http(call->arena, limits->decreased_micros)),
                    SLICE_ARG(clock_format_http(call->arena, next)));
    limits->decreases = today + 1;
    limits->decreased_micros = call->now_micros;
    return OK;
}

static struct err refuse_same(struct call *call, const struct ddb_throughput *t)
{
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                "The provisioned throughput for the " SLICE_FMT
                " will not change. The requested value equals the current value. Current "
                "ReadCapacityUnits provisioned for the " SLICE_FMT
                ": %lld. Requested ReadCapacityUnits: %lld. Current WriteCapacityUnits provisioned "
                "for the " SLICE_FMT ": %lld. Requested WriteCapacityUnits: %lld. Refer to the "
                "Amazon DynamoDB Developer Guide for current limits and how to request higher "
                "limits.",
                SLICE_ARG(t->what), SLICE_ARG(t->what), (long long)*t->read_units,
                (long long)*t->read_units, SLICE_ARG(t->what), (long long)*t->write_units,
                (long long)*t->write_units);
}

struct err ddb_throughput_change_units(struct call *call, const struct ddb_throughput *throughput,
                                       const struct dynamodb_provisioned_throughput *given)
{
    int64_t reads = given->read_capacity_units.value;
    int64_t writes = given->write_capacity_units.value;
    if (reads == *throughput->read_units && writes == *throughput->write_units)
        return refuse_same(call, throughput);
    TRY(check_units(call, throughput, given));
    if (reads < *throughput->read_units || writes < *throughput->write_units)
        TRY(note_decrease(call, throughput->limits));
    if (reads > *throughput->read_units || writes > *throughput->write_units)
        throughput->limits->increased_micros = call->now_micros;
    *throughput->read_units = reads;
    *throughput->write_units = writes;
    return OK;
}

static struct err take_maximum(struct call *call, const struct ddb_throughput *t, const char *name,
                               struct opt_i64 given, int64_t *maximum)
{
    if (!given.is_set)
        return OK;
    if (given.value != -1 && (given.value < 1 || given.value > given_max))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Given value %lld for %s is out of bounds" SLICE_FMT, (long long)given.value,
                    name, SLICE_ARG(for_index(call, t)));
    *maximum = given.value;
    return OK;
}

/* Warm throughput only rises. */
static struct err take_warm(struct call *call, const struct ddb_throughput *t, const char *name,
                            struct opt_i64 given, int64_t current, int64_t *warm)
{
    if (!given.is_set)
        return OK;
    if (given.value < 1 || given.value > given_max)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Given value %lld for %s is out of bounds" SLICE_FMT, (long long)given.value,
                    name, SLICE_ARG(for_index(call, t)));
    if (given.value < current)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID
                    "Requested %s for WarmThroughput for " SLICE_FMT
                    " is lower than current WarmThroughput, decreasing WarmThroughput is not "
                    "supported. Requested: %lld. Current: %lld.",
                    name, SLICE_ARG(t->what), (long long)given.value, (long long)current);
    *warm = given.value;
    return OK;
}

struct err ddb_throughput_take_limits(struct call *call, const struct ddb_throughput *throughput,
                                      const struct dynamodb_on_demand_throughput *maximum,
                                      const struct dynamodb_warm_throughput *warm)
{
    struct ddb_limits *limits = throughput->limits;
    if (maximum && !throughput->on_demand)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "OnDemandThroughput can only be specified for the " SLICE_FMT
                                 " when BillingMode is PAY_PER_REQUEST",
                    SLICE_ARG(throughput->what));
    if (maximum) {
        TRY(take_maximum(call, throughput, "MaxReadRequestUnits", maximum->max_read_request_units,
                         &limits->max_read_units));
        TRY(take_maximum(call, throughput, "MaxWriteRequestUnits", maximum->max_write_request_units,
                         &limits->max_write_units));
    }
    if (warm) {
        TRY(take_warm(call, throughput, "ReadUnitsPerSecond", warm->read_units_per_second,
                      ddb_throughput_warm_reads(throughput), &limits->warm_read_units));
        TRY(take_warm(call, throughput, "WriteUnitsPerSecond", warm->write_units_per_second,
                      ddb_throughput_warm_writes(throughput), &limits->warm_write_units));
    }
    return OK;
}

struct dynamodb_provisioned_throughput_description *ddb_throughput_describe_units(
    struct call *call, const struct ddb_throughput *throughput)
{
    const struct ddb_limits *limits = throughput->limits;
    struct dynamodb_provisioned_throughput_description *out =
        ARENA_NEW(call->arena, struct dynamodb_provisioned_throughput_description);
    *out = (struct dynamodb_provisioned_throughput_description){
        .number_of_decreases_today = SET_I64(decreases_on_day(limits, call->now_micros)),
        .read_capacity_units = SET_I64(*throughput->read_units),
        .write_capacity_units = SET_I64(*throughput->write_units),
    };
    if (limits->increased_micros > 0)
        out->last_increase_date_time = SET_TIME(limits->increased_micros);
    if (limits->decreased_micros > 0)
        out->last_decrease_date_time = SET_TIME(limits->decreased_micros);
    return out;
}

struct dynamodb_on_demand_throughput *ddb_throughput_describe_maximum(
    struct call *call, const struct ddb_throughput *throughput)
{
    const struct ddb_limits *limits = throughput->limits;
    if (limits->max_read_units == 0 && limits->max_write_units == 0)
        return NULL;
    struct dynamodb_on_demand_throughput *out =
        ARENA_NEW(call->arena, struct dynamodb_on_demand_throughput);
    out->max_read_request_units = SET_I64(limits->max_read_units ? limits->max_read_units : -1);
    out->max_write_request_units = SET_I64(limits->max_write_units ? limits->max_write_units : -1);
    return out;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t ddb_throughput_warm_reads(const struct ddb_throughput *throughput)
{
    return larger(throughput->limits->warm_read_units,
                  throughput->on_demand ? warm_reads_on_demand : *throughput->read_units);
}

int64_t ddb_throughput_warm_writes(const struct ddb_throughput *throughput)
{
    return larger(throughput->limits->warm_write_units,
                  throughput->on_demand ? warm_writes_on_demand : *throughput->write_units);
}
