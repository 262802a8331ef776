#pragma once
/* The statements of sql.def by number, and how they begin, for the files of this folder alone. */
#include "emulator/core/call.h"
#include "emulator/store/store.h"

enum kms_sql {
#define SQL(name, text) name,
#include "emulator/services/kms/store/sql.def"
#undef SQL
    KMS_SQL_COUNT
};

/* With the call's account and region bound. */
struct store_statement kms_scoped(struct call *call, enum kms_sql id);
/* The same with the key as parameter 3. */
struct store_statement kms_of_key(struct call *call, enum kms_sql id, struct slice key_id);

/* A text or a number where 0 stands for NULL. */
void kms_bind_or_null(struct store_statement *s, int at, int64_t value);

/* The one number of a statement that counts. */
struct err kms_count(struct store_statement *s, int64_t *count);
