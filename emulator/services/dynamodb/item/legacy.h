#pragma once
/*
 * The legacy parameters of requests: never together with expressions, and turned into what those
 * become (expression/legacy.h). A parameter that is not given makes nothing.
 */
#include "emulator/services/dynamodb/expression/legacy.h"
#include "emulator/services/dynamodb/item/request.h"

/* A parameter by its name, and whether the request has it. */
struct ddb_parameter {
    const char *name;
    bool given;
};

/* Refuses a request that has parameters of both kinds. */
struct err ddb_check_unmixed(struct call *call, const struct ddb_parameter *legacy,
                             size_t legacy_count, const struct ddb_parameter *expressions,
                             size_t expression_count);

/* `conditional_operator` may be absent: AND. */
struct err ddb_legacy_expected(struct ddb_request *request,
                               const struct dynamodb_expected_attribute_map *expected,
                               struct slice conditional_operator, struct node **condition);
struct err ddb_legacy_filter(struct ddb_request *request,
                             const struct dynamodb_filter_condition_map *filter,
                             struct slice conditional_operator, struct node **condition);
struct err ddb_legacy_keys(struct ddb_request *request,
                           const struct dynamodb_key_conditions *conditions,
                           struct key_condition *condition);
struct err ddb_legacy_updates(struct ddb_request *request,
                              const struct dynamodb_attribute_updates *updates,
                              struct update *update);
struct err ddb_legacy_attributes(struct ddb_request *request,
                                 const struct dynamodb_attribute_name_list *attributes,
                                 struct projection *projection);
