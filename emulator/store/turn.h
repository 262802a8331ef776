#pragma once
/*
 * The writers' turns on a store's one writing session; for store.c alone.
 *
 * Where a commit waits for the disk (`shares`), those who wait for their turn join the transaction
 * of the one before, each within a savepoint of its own, and the last of them commits for all: a
 * round. One that fails takes back its own part alone. Nobody's commit returns before the round's
 * has: then all are kept, or none is.
 */
#include <pthread.h>

#include "emulator/store/connection.h"

struct store_round;

struct store_turn {
    pthread_mutex_t lock; /* held by whose turn it is */
    bool shares;
    unsigned waiting;          /* for a turn; by atomic operations */
    struct store_round *round; /* begun and not committed; NULL: none */
    pthread_cond_t ended;      /* some round has */
    uint64_t version;          /* of the watched table: see store_version; odd during its commits */
};

void store_turn_init(struct store_turn *turn, bool shares);
void store_turn_done(struct store_turn *turn);

/* Waits for the turn and begins. On failure, too, the turn is held until store_turn_undo. */
bool store_turn_begin(struct store_turn *turn, struct store_session *session,
                      struct store_round **joined);
/* Commits and gives up the turn; on failure it is held until store_turn_undo. */
bool store_turn_commit(struct store_turn *turn, struct store_session *session,
                       struct store_round **joined, bool changes_watched);
/* Takes back what was not committed, and gives up the turn. */
void store_turn_undo(struct store_turn *turn, struct store_session *session,
                     struct store_round *joined);

/* Whether another member of the round has changed the watched table. For the turn's holder. */
bool store_turn_sees_change(const struct store_turn *turn);
