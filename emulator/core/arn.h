#pragma once
/* Amazon Resource Names: arn:partition:service:region:account:resource. */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct arn {
    struct slice partition;
    struct slice service;
    struct slice region;
    struct slice account;
    struct slice resource; /* all that follows the fifth colon */
};

/* Splits without copying. False unless the text starts with "arn:" and has six parts. */
bool arn_parse(struct slice text, struct arn *arn);

struct slice arn_format(struct arena *arena, const struct arn *arn);
