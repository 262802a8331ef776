#pragma once
/*
 * Copies of items from a table or a backup to another, made in parts: each a short transaction, so
 * that writers have their turn between them. backup/copy.h says how the parts come together.
 */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

enum copy_phase { COPY_ROWS, COPY_UNDO, COPY_FILL };

struct ddb_copy {
    int64_t target;
    int64_t source;
    enum copy_phase phase;
    struct slice after;    /* COPY_ROWS, COPY_FILL: the key of the last row done */
    int64_t sequence;      /* COPY_UNDO: of the last row of history undone */
    int64_t floor;         /* the row of history down to which changes are undone */
    int64_t moment_micros; /* and the moment */
};

struct err ddb_store_add_copy(struct call *call, const struct ddb_copy *copy);
struct err ddb_store_update_copy(struct call *call, const struct ddb_copy *copy);
struct err ddb_store_remove_copy(struct call *call, const struct ddb_copy *copy);
struct err ddb_store_next_copy(struct call *call, struct ddb_copy *copy, bool *found);
/* Whether any copy is made from there. */
struct err ddb_store_is_copied(struct call *call, int64_t source, bool *is_copied);

/* The number of the last change of the table that its history has; 0: it has none. */
struct err ddb_store_last_change(struct call *call, int64_t number, int64_t *sequence);

/* The next part of the source's rows; `done` once there are no more. */
struct err ddb_store_copy_rows(struct call *call, struct ddb_copy *copy, bool *done);
/* Undoes in the target the next part of the source's changes, newest first. */
struct err ddb_store_undo_rows(struct call *call, struct ddb_copy *copy, bool *done);

/* The table of that number, of whatever account and region. */
struct ddb_placed_table {
    struct slice account;
    struct slice region;
    struct ddb_table table;
};
struct err ddb_store_find_placed(struct call *call, int64_t number, struct ddb_placed_table *placed,
                                 bool *found);
struct err ddb_store_update_placed(struct call *call, const struct ddb_placed_table *placed);
