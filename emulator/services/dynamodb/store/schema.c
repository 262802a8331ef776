/* What DynamoDB's database is made of: the migrations of schema.sql, the statements of sql.def. */
#include "emulator/services/dynamodb/store/dynamodb_store.h"
#include "emulator/services/dynamodb/store/sql.h"
#include "emulator/services/dynamodb_api.h"

static const char *const statements[] = {
#define SQL(name, text) [name] = text,
#include "emulator/services/dynamodb/store/sql.def"
#undef SQL
};

const struct store_schema dynamodb_store_schema = {
    .name = "dynamodb",
    .migrations = dynamodb_migrations,
    .statements = statements,
    .statement_count = DDB_SQL_COUNT,
    .watched_table = "tables",
};
