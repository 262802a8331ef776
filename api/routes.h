#pragma once
/* Every route of the API; nothing is registered elsewhere. */
#include "api/http/call.h"

extern const struct route API_ROUTES[];
extern const size_t API_ROUTE_COUNT;
