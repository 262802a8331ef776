/* Key material at rest. */
#include "emulator/services/kms/store/material_store.h"

#include "emulator/services/kms/store/sql.h"

static struct kms_material_row read_row(struct store_statement *s, struct arena *arena)
{
    return (struct kms_material_row){
        .version = store_i64(s, 0),
        .material_id = store_text(s, 1, arena),
        .sealed = store_blob(s, 2, arena),
        .public_key = store_blob(s, 3, arena),
        .valid_to_micros = store_i64(s, 4),
        .description = store_text(s, 5, arena),
        .rotated_micros = store_i64(s, 6),
        .rotation_type = store_text(s, 7, arena),
    };
}

struct err kms_store_find_material(struct call *call, struct slice key_id, int64_t version,
                                   struct kms_material_row *row)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_MATERIAL, key_id);
    store_bind_i64(&s, 4, version);
    *row = store_step(&s) ? read_row(&s, call->arena) : (struct kms_material_row){0};
    return store_done(&s);
}

struct err kms_store_find_material_by_id(struct call *call, struct slice key_id,
                                         struct slice material_id, struct kms_material_row *row)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_MATERIAL_BY_ID, key_id);
    store_bind_text(&s, 4, material_id);
    *row = store_step(&s) ? read_row(&s, call->arena) : (struct kms_material_row){0};
    return store_done(&s);
}

struct err kms_store_list_materials(struct call *call, struct slice key_id, int64_t after,
                                    int64_t limit, struct kms_material_row *rows, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, LIST_MATERIALS, key_id);
    store_bind_i64(&s, 4, after);
    store_bind_i64(&s, 5, limit);
    for (*count = 0; store_step(&s); (*count)++)
        rows[*count] = read_row(&s, call->arena);
    return store_done(&s);
}

struct err kms_store_put_material(struct call *call, struct slice key_id,
                                  const struct kms_material_row *row)
{
    struct store_statement s = kms_of_key(call, PUT_MATERIAL, key_id);
    store_bind_i64(&s, 4, row->version);
    store_bind_text(&s, 5, row->material_id);
    store_bind_blob(&s, 6, row->sealed);
    store_bind_blob(&s, 7, row->public_key);
    kms_bind_or_null(&s, 8, row->valid_to_micros);
    store_bind_text(&s, 9, row->description);
    kms_bind_or_null(&s, 10, row->rotated_micros);
    store_bind_text(&s, 11, row->rotation_type);
    return store_run(&s);
}

struct err kms_store_remove_material(struct call *call, struct slice key_id, int64_t version)
{
    struct store_statement s = kms_of_key(call, REMOVE_MATERIAL, key_id);
    store_bind_i64(&s, 4, version);
    return store_run(&s);
}
