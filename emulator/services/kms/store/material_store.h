#pragma once
/*
 * Key material at rest, one row a version, sealed (material/material.h opens it). Works on the
 * call's account and region within its transaction; results live in the call's arena.
 */
#include "emulator/core/call.h"

struct kms_material_row {
    int64_t version; /* 0: there is no such row */
    struct slice material_id;
    struct slice sealed;     /* absent: deleted or expired */
    struct slice public_key; /* absent unless the key is asymmetric */
    int64_t valid_to_micros; /* 0: does not expire */
    struct slice description;
    int64_t rotated_micros;     /* 0: no rotation made it current */
    struct slice rotation_type; /* absent with it */
};

struct err kms_store_find_material(struct call *call, struct slice key_id, int64_t version,
                                   struct kms_material_row *row);
struct err kms_store_find_material_by_id(struct call *call, struct slice key_id,
                                         struct slice material_id, struct kms_material_row *row);
/* At most `limit` rows after the given version, in order. */
struct err kms_store_list_materials(struct call *call, struct slice key_id, int64_t after,
                                    int64_t limit, struct kms_material_row *rows, size_t *count);
/* Adds the row or takes the place of the one of its version. */
struct err kms_store_put_material(struct call *call, struct slice key_id,
                                  const struct kms_material_row *row);
struct err kms_store_remove_material(struct call *call, struct slice key_id, int64_t version);
