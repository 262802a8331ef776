#pragma once
/*
 * Resource-based policies of tables and their streams ("Using resource-based policies for
 * DynamoDB", developer guide). They are kept and checked for their form; no identity but the
 * account's root exists yet that they could allow anything.
 */
#include "emulator/services/dynamodb/item/request.h"

enum { POLICY_BYTES_MAX = 20 * 1024 }; /* white space counts */

/* ValidationException unless the text is a policy: an object of statements. */
struct err ddb_policy_check(struct call *call, struct slice text);
/* The policy that CreateTable gives a table that is stored already; absent: none. */
struct err ddb_policy_attach(struct call *call, const struct ddb_table *table, struct slice text);
