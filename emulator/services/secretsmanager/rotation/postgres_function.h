#pragma once
/* AWS's rotation functions for RDS PostgreSQL, done by the emulator itself. */
#include "emulator/services/secretsmanager/rotation/function.h"

/*
 * Single user: the user changes its own password. Multi user: two users take turns, NAME and
 * NAME_clone; the one that is not in use gets a password by the login of the secret "masterarn".
 */
enum postgres_strategy { POSTGRES_SINGLE_USER, POSTGRES_MULTI_USER };

/* As rotation_function_run. */
struct slice postgres_function_run(struct call *call, const struct rotation_event *event,
                                   enum postgres_strategy strategy);
