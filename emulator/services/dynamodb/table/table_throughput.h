#pragma once
/*
 * The throughput of a table or of one of its global indexes: provisioned units, the maximum of
 * on-demand mode, and warm throughput, with AWS's checks ("DynamoDB throughput capacity" and
 * "Service, account, and table quotas", developer guide).
 */
#include "emulator/services/dynamodb/item/request.h"

/* One of the two, borrowed. */
struct ddb_throughput {
    struct slice what; /* "table", or "index NAME" */
    int64_t *read_units;
    int64_t *write_units;
    struct ddb_limits *limits;
    bool on_demand;
};

struct ddb_throughput ddb_throughput_of_table(struct ddb_table *table);
struct ddb_throughput ddb_throughput_of_index(struct call *call, const struct ddb_table *table,
                                              struct ddb_index *index);

/* CreateTable's provisioned units; `given` may be NULL. */
struct err ddb_throughput_take_units(struct call *call, const struct ddb_throughput *throughput,
                                     const struct dynamodb_provisioned_throughput *given);
/* UpdateTable's: a change, of which only so many may be decreases in a day. */
struct err ddb_throughput_change_units(struct call *call, const struct ddb_throughput *throughput,
                                       const struct dynamodb_provisioned_throughput *given);
/* OnDemandThroughput and WarmThroughput, each of which may be NULL. */
struct err ddb_throughput_take_limits(struct call *call, const struct ddb_throughput *throughput,
                                      const struct dynamodb_on_demand_throughput *maximum,
                                      const struct dynamodb_warm_throughput *warm);

/* What descriptions show; they live in the call's arena. */
struct dynamodb_provisioned_throughput_description *ddb_throughput_describe_units(
    struct call *call, const struct ddb_throughput *throughput);
struct dynamodb_on_demand_throughput *ddb_throughput_describe_maximum(
    struct call *call, const struct ddb_throughput *throughput); /* NULL: never set */
/* Warm throughput as it is now: never less than what the billing mode gives. */
int64_t ddb_throughput_warm_reads(const struct ddb_throughput *throughput);
int64_t ddb_throughput_warm_writes(const struct ddb_throughput *throughput);
