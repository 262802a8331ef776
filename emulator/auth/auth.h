#pragma once
/*
 * Who signed a request: AWS Signature Version 4 in header form, checked as AWS checks it, with the
 * error, status and words of the service's family for each way that it fails.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
#include <stdbool.h>

#include "emulator/core/call.h"
#include "emulator/core/identity.h"
#include "lib/base/http_header.h"

struct auth;

/* What a signature covers; borrowed for the length of the check. */
struct auth_request {
    struct slice method;
    struct slice path; /* as sent */
    struct slice query;
    struct slice body;
    int64_t now_micros; /* by the system's clock, as the signer's */
    const struct http_header *headers;
    size_t header_count;
};

/* `verify` false takes every request for the root of the account that its key names, if any. */
struct auth *auth_new(struct identity_port identity, bool verify);
void auth_free(struct auth *auth);

/* The service in the scope of the request's credential, before anything is checked; or absent. */
struct slice auth_scope_service(const struct auth_request *request);

/*
 * Checks the signature and fills the call's caller, account and region; on failure the region and
 * the claimed key are filled as far as they could be read, for the audit record.
 * `call->service` must be set. Any thread.
 */
struct err auth_check(struct auth *auth, struct call *call, const struct auth_request *request);

/*
 * The identities of an account without users: the key "test" is the root of `default_account`, and
 * a key of 12 digits the root of that account; each with the secret "test".
 */
struct identity_port auth_root_identities(const struct platform *platform);
