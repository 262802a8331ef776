#pragma once
/*
 * A datum as bytes for the store: a kind and then numbers of eight bytes, little-endian: one value
 * that occurred once, values with their counts, or a summary. Pure.
 */
#include "emulator/services/cloudwatch/statistics.h"

struct slice cloudwatch_point_pack(struct arena *arena, const struct cloudwatch_point *point);

/* False when the bytes are not of cloudwatch_point_pack's making. Samples live in the arena. */
bool cloudwatch_point_unpack(struct arena *arena, struct slice packed,
                             struct cloudwatch_point *point);
