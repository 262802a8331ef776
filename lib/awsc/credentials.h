#pragma once
/*
 * The credential chain: given keys, the environment, the shared credentials file, the ECS
 * container endpoint. The source that answered first is kept.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/httpc/httpc.h"
#include "lib/sigv4/sigv4.h"

struct awsc_credentials {
    struct sigv4_credentials keys; /* in `arena` */
    struct arena arena;
    int64_t expires_micros; /* INT64_MAX: never */
};

/* Starts with `given` when its access key is present; else with nothing. */
void awsc_credentials_init(struct awsc_credentials *credentials,
                           const struct sigv4_credentials *given);
void awsc_credentials_done(struct awsc_credentials *credentials); /* wipes the secrets */

/*
 * Makes `keys` usable now. Keys that end within five minutes are fetched again; while they still
 * hold, a failure to fetch is passed over. AWSC_NO_CREDENTIALS otherwise, with the reason in *why.
 */
struct err awsc_credentials_refresh(struct awsc_credentials *credentials, struct httpc *http,
                                    int64_t now_micros, struct arena *arena, struct slice *why);
