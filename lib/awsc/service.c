/* Facts of AWS's API models (botocore's service-2.json, "metadata"). */
#include "lib/awsc/service.h"

#include "lib/base/attributes.h"

/* A service a line. */
#define JSON_SERVICE(name, id, prefix, signing, target, json)                                      \
    {                                                                                              \
        SLICE_INIT(name), SLICE_INIT(id), SLICE_INIT(prefix), SLICE_INIT(signing), AWSC_JSON,      \
            SLICE_INIT(target), SLICE_INIT(json),                                                  \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define QUERY_SERVICE(name, id, prefix, signing, version)                                          \
    {                                                                                              \
        SLICE_INIT(name), SLICE_INIT(id), SLICE_INIT(prefix), SLICE_INIT(signing), AWSC_QUERY,     \
            {0}, {0}, SLICE_INIT(version)                                                          \
    }

static const struct awsc_service services[] = {
    JSON_SERVICE("cloudwatch", "CLOUDWATCH", "monitoring", "monitoring",
                 "GraniteServiceVersion20100801", "1.0"),
    JSON_SERVICE("dynamodb", "DYNAMODB", "dynamodb", "dynamodb", "DynamoDB_20120810", "1.0"),
    JSON_SERVICE("dynamodbstreams", "DYNAMODB_STREAMS", "streams.dynamodb", "dynamodb",
                 "DynamoDBStreams_20120810", "1.0"),
    JSON_SERVICE("kms", "KMS", "kms", "kms", "TrentService", "1.1"),
    JSON_SERVICE("logs", "CLOUDWATCH_LOGS", "logs", "logs", "Logs_20140328", "1.1"),
    JSON_SERVICE("secretsmanager", "SECRETS_MANAGER", "secretsmanager", "secretsmanager",
                 "secretsmanager", "1.1"),
    QUERY_SERVICE("sts", "STS", "sts", "sts", "2011-06-15"),
};

const struct awsc_service *awsc_service_find(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (slice_eq(services[i].name, name))
            return &services[i];
    return NULL;
}
