#pragma once
/* The end of a table, whoever asks for it. */
#include "emulator/services/dynamodb/table/table_form.h"

struct call;

/* With its items; its stream lives on for a day. A protected table is refused. */
struct err ddb_table_delete(struct call *call, struct ddb_table *table);
