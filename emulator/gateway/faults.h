#pragma once
/*
 * Faults that a user asks for: rules that make some calls fail, wait, or lose their reply. Rules
 * are tried in the order in which they were added, and the first that fires decides. Which of the
 * calls that match a rule it fires for depends on their number alone (skip, every, count, and a
 * probability drawn from the rule's seed), so that a run can be repeated.
 *
 * Any thread. Without a rule a call pays one atomic load.
 */
#include "emulator/core/call.h"
#include "lib/base/buf.h"

enum fault_drop {
    DROP_NEVER,
    DROP_BEFORE, /* the operation is not run, and the connection ends without a reply */
    DROP_AFTER,  /* it is run, and then the same */
};

struct fault_effect {
    const struct fault *error; /* NULL: none; else with `message`, in the call's arena */
    struct slice message;
    int64_t latency_micros; /* after the operation was run */
    enum fault_drop drop;
};

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *faults);

/* What happens to a call whose input is decoded. False: nothing. */
bool faults_meet(struct faults *faults, const struct call *call, const void *in,
                 struct fault_effect *effect);

/*
 * Adds the rule of a JSON object, or each of an array's; all or none. False: `why` says what is
 * wrong with it. The members are documented in emulator/gateway/README.md.
 */
bool faults_add(struct faults *faults, struct slice json, struct arena *arena, struct slice *why);

/* Removes the rule of that id, or all of them when it is absent. False: there is no such rule. */
bool faults_remove(struct faults *faults, struct slice id);

/* {"faults": [...]}: each rule with its id, how many calls matched it and for how many it fired. */
void faults_write(struct faults *faults, struct buf *json);
