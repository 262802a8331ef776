#pragma once
/*
 * The KMS key of an encrypted table (developer guide, "Encryption at rest"). KMS is asked each time
 * that such a table is used: a key that is disabled shuts the table at once, where AWS may take
 * five minutes.
 */
#include "emulator/services/dynamodb/item/request.h"

/* The ARN of the key that an SSESpecification names; absent when it asks for AWS's own. */
struct err ddb_key_of_specification(struct call *call,
                                    const struct dynamodb_sse_specification *specification,
                                    struct slice *arn);
/* Counts a change of the table's key: four in 24 hours, and one every six hours after that. */
struct err ddb_key_count_change(struct call *call, struct ddb_table *table);
/* Whether KMS would let the service use the table's key; true for AWS's own. */
bool ddb_key_is_usable(struct call *call, const struct ddb_table *table);
/* AccessDeniedException with KMS's reason where it would not. */
struct err ddb_key_check(struct call *call, const struct ddb_table *table);
