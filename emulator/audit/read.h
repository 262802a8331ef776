#pragma once
/* Reading the audit record: the console, the trail and the scenarios. */
#include <stddef.h>

#include "emulator/audit/append.h"

/*
 * The newest `limit` records, oldest first, as the elements of a JSON array without its brackets.
 * Reads at most the last megabyte of the newest segments. Any thread.
 */
struct slice audit_read_newest(struct audit *audit, size_t limit, struct arena *arena);
