#pragma once
/* The statements of sql.def by number, for the files of this folder alone. */
#include "emulator/core/call.h"
#include "emulator/store/store.h"

enum secret_sql {
#define SQL(name, text) name,
#include "emulator/services/secretsmanager/store/sql.def"
#undef SQL
    SECRET_SQL_COUNT
};

/* A statement with its first parameters: the call's account and region, and where set the name. */
struct store_statement secret_sql_scoped(struct call *call, enum secret_sql id, struct slice name);

/* 0 binds NULL. */
void secret_sql_bind_time(struct store_statement *s, int at, int64_t micros);
