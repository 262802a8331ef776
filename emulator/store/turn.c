/* Turns and rounds. */
#include "emulator/store/turn.h"

#include <stdlib.h>

#include <sqlite3.h>

enum { members_max = 64 };

struct store_round {
    unsigned members; /* that have done their part and wait for its end */
    bool changes_watched;
    bool ended;
    bool failed;
};

void store_turn_init(struct store_turn *turn, bool shares)
{
    *turn = (struct store_turn){.shares = shares, .version = 2};
    pthread_mutex_init(&turn->lock, NULL);
    pthread_cond_init(&turn->ended, NULL);
}

void store_turn_done(struct store_turn *turn)
{
    pthread_mutex_destroy(&turn->lock);
    pthread_cond_destroy(&turn->ended);
}

/* SQLite rolls back by itself after some failures, of the disk above all. */
static bool is_open(const struct store_session *session)
{
    return !sqlite3_get_autocommit(session->handle);
}

/* The version is odd from before the commit until after it, so that nobody takes the one state for
 * the other. */
static bool commit(struct store_turn *turn, struct store_session *session, bool changes_watched)
{
    if (changes_watched)
        __atomic_add_fetch(&turn->version, 1, __ATOMIC_SEQ_CST);
    bool committed = is_open(session) && store_session_control(session, STORE_COMMIT);
    if (changes_watched)
        __atomic_add_fetch(&turn->version, 1, __ATOMIC_SEQ_CST);
    return committed;
}

static void roll_back(struct store_session *session)
{
    if (is_open(session))
        (void)store_session_control(session, STORE_ROLLBACK);
}

static void end_round(struct store_turn *turn, struct store_session *session)
{
    struct store_round *round = turn->round;
    turn->round = NULL;
    round->failed = !commit(turn, session, round->changes_watched);
    if (round->failed)
        roll_back(session);
    round->ended = true;
    pthread_cond_broadcast(&turn->ended);
    if (round->members == 0)
        free(round);
}

/* Whoever waits now joins the round, and then it is theirs to end. */
static bool is_last(const struct store_turn *turn)
{
    return turn->round && (turn->round->members >= members_max ||
                           __atomic_load_n(&turn->waiting, __ATOMIC_SEQ_CST) == 0);
}

static void take(struct store_turn *turn)
{
    __atomic_add_fetch(&turn->waiting, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_lock(&turn->lock);
    __atomic_sub_fetch(&turn->waiting, 1, __ATOMIC_SEQ_CST);
}

bool store_turn_begin(struct store_turn *turn, struct store_session *session,
                      struct store_round **joined)
{
    *joined = NULL;
    take(turn);
    if (!turn->round && !store_session_control(session, STORE_BEGIN_WRITE))
        return false;
    if (!turn->shares)
        return true;
    if (!turn->round)
        turn->round = calloc(1, sizeof *turn->round);
    if (!turn->round)
        abort();
    *joined = turn->round;
    return store_session_control(session, STORE_SAVE);
}

static bool wait_for_end(struct store_turn *turn, struct store_round *round)
{
    while (!round->ended)
        pthread_cond_wait(&turn->ended, &turn->lock);
    bool committed = !round->failed;
    if (--round->members == 0)
        free(round);
    return committed;
}

bool store_turn_commit(struct store_turn *turn, struct store_session *session,
                       struct store_round **joined, bool changes_watched)
{
    struct store_round *round = *joined;
    bool committed;
    if (round) {
        if (!store_session_control(session, STORE_RELEASE))
            return false;
        round->members++;
        round->changes_watched = round->changes_watched || changes_watched;
        if (is_last(turn))
            end_round(turn, session);
        *joined = NULL;
        committed = wait_for_end(turn, round);
    } else {
        committed = commit(turn, session, changes_watched);
    }
    if (committed)
        pthread_mutex_unlock(&turn->lock);
    return committed;
}

void store_turn_undo(struct store_turn *turn, struct store_session *session,
                     struct store_round *joined)
{
    if (!turn->shares)
        roll_back(session);
    if (joined && is_open(session)) {
        (void)store_session_control(session, STORE_UNDO);
        (void)store_session_control(session, STORE_RELEASE);
    }
    if (is_last(turn) || (joined && !is_open(session)))
        end_round(turn, session);
    pthread_mutex_unlock(&turn->lock);
}

bool store_turn_sees_change(const struct store_turn *turn)
{
    return turn->round && turn->round->changes_watched;
}
