#pragma once
/*
 * A client for AWS, real or local: signs, sends, retries, and decodes errors.
 *
 * Input and output are JSON texts for every service, whatever its protocol; blobs are base64 in
 * them as in AWS's own JSON. A client belongs to one thread at a time: make one a worker. It keeps
 * its connections, its credentials and the clock skew that it has learnt.
 *
 *   CLEANUP(awsc_cleanup) struct awsc *aws = awsc_new(&(struct awsc_options){0});
 *   struct err e = awsc_call(aws, SLICE("kms"), SLICE("ListKeys"), SLICE("{}"), &arena, &answer);
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"
#include "lib/sigv4/sigv4.h"

/*
 * What is absent comes from the environment at awsc_new, by AWS's names: AWS_REGION or
 * AWS_DEFAULT_REGION; AWS_ENDPOINT_URL_<SERVICE> (as AWS_ENDPOINT_URL_SECRETS_MANAGER) before
 * AWS_ENDPOINT_URL before AWS's own endpoint; credentials from AWS_ACCESS_KEY_ID, then the shared
 * credentials file and AWS_PROFILE, then the ECS container endpoint. Texts are copied.
 */
struct awsc_options {
    struct slice region;
    struct slice endpoint;                /* "http://127.0.0.1:4566", for every service */
    struct sigv4_credentials credentials; /* used for ever when access_key is present */
    const struct clock *clock;            /* NULL: the system's; must outlive the client */
    unsigned attempts_max;                /* 0: 3. 1: never send twice */
    unsigned connect_ms;                  /* 0: 1 s */
    unsigned total_ms;                    /* an attempt; 0: 30 s */
    unsigned budget_ms;                   /* no retry begins after this; 0: no limit */
};

struct awsc_response {
    int status;              /* 0: no answer came */
    struct slice error_code; /* "ResourceNotFoundException"; absent on success */
    struct slice message;    /* AWS's words, or why no answer came; absent on success */
    struct slice request_id; /* may be absent */
    struct slice body;       /* JSON; "{}" when the service sent nothing */
    unsigned attempts;
};

extern const struct err_info AWSC_UNKNOWN_SERVICE;
extern const struct err_info AWSC_BAD_INPUT;      /* not a JSON object, or no operation's name */
extern const struct err_info AWSC_NO_REGION;      /* neither option nor environment names one */
extern const struct err_info AWSC_NO_CREDENTIALS; /* no link of the chain has any */
extern const struct err_info AWSC_NOT_SENT;   /* nothing reached the service: nothing happened */
extern const struct err_info AWSC_NO_ANSWER;  /* sent, but unanswered: the outcome is unknown */
extern const struct err_info AWSC_REFUSED;    /* the service answered with an error */
extern const struct err_info AWSC_BAD_ANSWER; /* answered 2xx with what cannot be read */

struct awsc;

struct awsc *awsc_new(const struct awsc_options *options); /* never NULL */
void awsc_free(struct awsc *client);
void awsc_cleanup(struct awsc **client); /* for CLEANUP() */

/*
 * Services are named as in the AWS CLI ("dynamodb", "cloudwatch"), operations as in the API
 * ("PutItem"). The response is filled on AWSC_REFUSED too, and on AWSC_NO_ANSWER and AWSC_NOT_SENT
 * as far as there is something to say; it lives in the arena.
 *
 * Retried, with full jitter: throttling, 500, 502, 503, 504, and attempts that were not answered;
 * a request that was refused for the time it carries is signed again with the server's clock.
 */
struct err awsc_call(struct awsc *client, struct slice service, struct slice operation,
                     struct slice input, struct arena *arena, struct awsc_response *response);
