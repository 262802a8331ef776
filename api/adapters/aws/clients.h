#pragma once
/*
 * AWS clients to take and give back, one for each worker that may wait at once. Each keeps its
 * connections, credentials and signing keys. Any thread.
 */
#include "lib/awsc/awsc.h"
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/log.h"
#include "lib/base/slice.h"

struct aws_clients;

struct aws_clients *aws_clients_open(unsigned count, const struct log *log); /* never NULL */
void aws_clients_close(struct aws_clients *clients); /* no call may be under way */

/*
 * awsc_call on a client of the pool, with at most two seconds for all attempts. A failure is logged
 * unless the service's error code is `expected` (absent: none is).
 */
struct err aws_call(struct aws_clients *clients, struct slice service, struct slice operation,
                    struct slice input, struct slice expected, struct arena *arena,
                    struct awsc_response *response);
