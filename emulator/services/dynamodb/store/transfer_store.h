#pragma once
/*
 * Exports and imports at rest: what was asked for, kept for 90 days ("ListExports"). Absent texts
 * are members that the request had not. What is returned lives in the call's arena.
 */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

enum { TRANSFER_DAYS_KEPT = 90, TRANSFER_TOKEN_HOURS = 8 };

struct ddb_export {
    struct slice id;
    struct slice table_name;
    struct slice table_id;
    int64_t started_micros;
    int64_t moment_micros; /* ExportTime; 0: not given */
    int64_t from_micros;   /* of an incremental export; 0: not given */
    int64_t to_micros;
    struct slice token;
    struct slice type;
    struct slice format;
    struct slice bucket;
    struct slice bucket_owner;
    struct slice prefix;
    struct slice sse_algorithm;
    struct slice sse_key;
    struct slice view_type;
};

struct ddb_import {
    struct slice id;
    struct slice table_name;
    struct slice definition; /* ddb_table_to_json of the table that it was to make */
    int64_t started_micros;
    struct slice token;
    struct slice bucket;
    struct slice bucket_owner;
    struct slice prefix;
    struct slice format;
    struct slice compression;
    struct slice csv_delimiter;
    struct slice csv_headers; /* with commas between */
};

/* Forgets those that are too old, too. */
struct err ddb_store_add_export(struct call *call, const struct ddb_export *export);
struct err ddb_store_add_import(struct call *call, const struct ddb_import *import);

struct err ddb_store_find_export(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_export *export, bool *found);
struct err ddb_store_find_import(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_import *import, bool *found);

/* The last with that token, if the token is still valid at the call's time. */
struct err ddb_store_find_export_token(struct call *call, struct slice token,
                                       struct ddb_export *export, bool *found);
struct err ddb_store_find_import_token(struct call *call, struct slice token,
                                       struct ddb_import *import, bool *found);

/* At most `limit` after the id, in order; `table_name` absent: of all tables. */
struct err ddb_store_list_exports(struct call *call, struct slice after_id, struct slice table_name,
                                  size_t limit, struct ddb_export *exports, size_t *count);
struct err ddb_store_list_imports(struct call *call, struct slice after_id, struct slice table_name,
                                  size_t limit, struct ddb_import *imports, size_t *count);

/* Whether two ask for the same, whenever they were asked. */
bool ddb_export_same(const struct ddb_export *a, const struct ddb_export *b);
bool ddb_import_same(const struct ddb_import *a, const struct ddb_import *b);
