#pragma once
/* A rotation function behind an HTTP endpoint. */
#include "emulator/services/secretsmanager/rotation/function.h"

/* As rotation_function_run; waits at most HTTP_FUNCTION_SECONDS. */
#define HTTP_FUNCTION_SECONDS 15

struct slice http_function_run(struct call *call, const struct rotation_event *event,
                               struct slice url);
