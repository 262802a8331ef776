#pragma once
/*
 * Rotation: its schedule, and the rotation that is under way. A rotation is a row of the store that
 * holds the step which is next; the thread of due work takes one step at a time, and what a step
 * does may be done again, so that a rotation goes on after a crash where it stood.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
#include "emulator/services/secretsmanager/secret/secret.h"
#include "emulator/services/secretsmanager/store/rotation_store.h"

/* Plans the next window after the call's time, or none when rotation is off. Does not save. */
void rotation_plan(struct call *call, struct secret *secret);

/* A value that a user sets as the current one counts as a rotation, unless one is under way. */
struct err rotation_value_changed(struct call *call, struct secret *secret,
                                  struct slice version_id);

/* PutSecretValue's RotationToken: absent, or the one of the rotation under way. */
struct err rotation_check_token(struct call *call, const struct secret *secret, struct slice token);

/*
 * Begins a rotation into `version_id`, which gets AWSPENDING and has no value yet; an AWSPENDING
 * version that an earlier rotation left is taken instead. The first step is due now.
 */
struct err rotation_begin(struct call *call, const struct secret *secret, struct slice version_id);

/* Tests the configuration: testSecret alone, for a copy of the current value. */
struct err rotation_begin_test(struct call *call, const struct secret *secret,
                               struct slice version_id);

/* The version that a rotation has not finished; absent: none. */
struct err rotation_unfinished(struct call *call, struct slice name, struct slice *version_id);

/* The service's run_due: deletions, windows that open, and steps of rotations. */
struct err rotation_run_due(struct call *call, int64_t *next_micros);
