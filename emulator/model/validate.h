#pragma once
/*
 * Checks an operation's input against its model: required, length, range, pattern, enum.
 *
 * The words and their order are AWS's: "2 validation errors detected: Value … at 'member' failed to
 * satisfy constraint: …; Value …"; or, for services with `parameter_words`, "The parameter X must
 * …", a line a breach. Handlers check only what the model cannot say.
 */
#include "emulator/core/call.h"
#include "emulator/model/shape.h"

/* Fails the call with the service's validation fault on the first breach and those after it. */
struct err validate_input(struct call *call, const struct shape *shape, const void *input);
