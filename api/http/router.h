#pragma once
/* Finds the route of a method and a path in a const table. Pure; any thread. */
#include "api/http/call.h"

enum match { MATCH_FOUND, MATCH_NO_PATH, MATCH_NO_METHOD };

/*
 * Fills call->route and call->params. MATCH_NO_METHOD: call->allow lists the methods of that path.
 * A path parameter is percent-decoded; one with a slash, a NUL or bad UTF-8 matches nothing.
 */
enum match router_find(struct call *call, const struct route *routes, size_t count);
