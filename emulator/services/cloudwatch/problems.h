#pragma once
/*
 * All that is wrong with a request, a sentence a line, as CloudWatch tells it. The first problem
 * decides the error's code. Lives as long as its call.
 */
#include "emulator/core/call.h"
#include "lib/base/buf.h"

struct cloudwatch_problems {
    struct call *call;
    struct buf words;
    const struct fault *first; /* NULL: none yet */
    const struct fault *only;  /* where set, the code of every problem */
};

void cloudwatch_problems_init(struct cloudwatch_problems *problems, struct call *call);

void cloudwatch_problem(struct cloudwatch_problems *problems, const struct fault *fault,
                        const char *format, ...) PRINTF_LIKE(3, 4);

/* OK when there was no problem. */
struct err cloudwatch_problems_end(struct cloudwatch_problems *problems);
