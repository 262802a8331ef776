#pragma once
/*
 * A step's requests, one or many, as one outcome.
 *
 * One request: $ is the answer's document. With `duplicate` or `repeat`, $ is
 * {count, equal, statuses: {"201": 16}, codes: {"insufficient_funds": 1},
 *  replies: [{status, body}]}, where `equal` means that all replies have one status and body; the
 * status and error are those that all replies share, else 0 and none. One that is not answered
 * makes the whole unanswered.
 */
#include "scenarios/runner/suite.h"
#include "scenarios/runner/worker.h"

/* False when a variable has no value: `render->problem` then says which. */
bool request_send(struct worker *worker, const struct step *step, struct render *render,
                  struct outcome *outcome);
