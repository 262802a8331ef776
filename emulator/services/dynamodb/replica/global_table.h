#pragma once
/*
 * Global tables of version 2017.11.29: tables that exist already in several regions become one.
 * They belong to the account, whatever region a call comes to.
 */
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/store/replica_store.h"

/* GlobalTableNotFoundException without one. */
struct err ddb_require_global(struct call *call, struct slice name, struct ddb_global *global);
