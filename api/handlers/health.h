#pragma once
/* Liveness, readiness and version. */
#include "api/http/call.h"

handler health_live;  /* the process runs */
handler health_ready; /* a writable database answers, and the server is not about to stop */
handler health_version;
