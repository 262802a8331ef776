#pragma once
/*
 * A metric's dimensions as one canonical string of bytes, so that equal sets are equal bytes
 * whatever their order: sorted by name, each name and value after its length. Pure.
 */
#include "emulator/services/cloudwatch_api.h"

struct slice cloudwatch_dimensions_pack(struct arena *arena,
                                        const struct cloudwatch_dimensions *dimensions);

/* The bytes come from cloudwatch_dimensions_pack and are borrowed by the result. */
struct cloudwatch_dimensions cloudwatch_dimensions_unpack(struct arena *arena, struct slice packed);

/* Whether each filter finds a dimension of its name, and of its value where it has one. */
bool cloudwatch_dimensions_match(const struct cloudwatch_dimensions *dimensions,
                                 const struct cloudwatch_dimension_filters *filters);
