#pragma once
/* What the client must know of each service; a new one is a line in service.c. */
#include "lib/base/slice.h"

enum awsc_protocol { AWSC_JSON, AWSC_QUERY };

struct awsc_service {
    struct slice name;            /* as in the AWS CLI */
    struct slice id;              /* serviceId as in AWS_ENDPOINT_URL_<ID> */
    struct slice endpoint_prefix; /* <prefix>.<region>.amazonaws.com */
    struct slice signing_name;
    enum awsc_protocol protocol;
    struct slice target_prefix; /* AWSC_JSON: X-Amz-Target: <prefix>.<operation> */
    struct slice json_version;  /* AWSC_JSON: application/x-amz-json-<version> */
    struct slice api_version;   /* AWSC_QUERY: Version=<version> */
};

/* NULL when there is no such service. */
const struct awsc_service *awsc_service_find(struct slice name);
