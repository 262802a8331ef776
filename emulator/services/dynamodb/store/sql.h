#pragma once
/* The statements of sql.def by number, for the files of this folder alone. */
enum ddb_sql {
#define SQL(name, text) name,
#include "emulator/services/dynamodb/store/sql.def"
#undef SQL
    DDB_SQL_COUNT
};
