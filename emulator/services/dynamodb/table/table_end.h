#pragma once
/* The end of a table, whoever asks for it. */
#include "emulator/services/dynamodb/table/table_form.h"

struct call;

/*
 * It leaves its replicas, its stream lives on for a day, and what recovery keeps is kept. A table
 * that is protected or in transition is refused.
 */
struct err ddb_table_end(struct call *call, struct ddb_table *table);
