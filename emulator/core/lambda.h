#pragma once
/*
 * Lambda functions that run elsewhere, behind an HTTP endpoint that takes an event by POST and
 * answers with the function's result: AWS's Lambda runtime interface emulator, or any server.
 */
#include <stdbool.h>

#include "lib/base/slice.h"

/*
 * Finds a function in "NAME=URL,NAME=URL", where NAME is an ARN or the name at an ARN's end; a
 * qualifier behind either does not matter. `url` is a part of `functions`.
 */
bool lambda_find(struct slice functions, struct slice arn, struct slice *url);

/* The name in the ARN of a function: "rotate" in "arn:aws:lambda:R:A:function:rotate:live". */
struct slice lambda_name(struct slice arn);

/* False unless each entry has a name and an http URL. */
bool lambda_list_is_valid(struct slice functions);
