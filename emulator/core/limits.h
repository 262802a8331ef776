#pragma once
/* The emulator's limits in one place; AWS's own limits live in the API models. */

#define BODY_BYTES_MAX (16U * 1024 * 1024) /* DynamoDB's BatchWriteItem is AWS's largest here */
#define CONNECTIONS_MAX 4096U
#define IDLE_SECONDS 120U
#define FULL_DURABILITY_WORKERS 32U /* calls that may wait for one fsync together */
#define RESPONSE_BYTES_MAX (64U * 1024 * 1024)
#define WIRE_DEPTH_MAX 64U          /* nesting of shapes that are not a service's own */
#define QUERY_PARAMETERS_MAX 25000U /* of one awsQuery request: about 1 MB of PutMetricData */
#define VALIDATION_ERRORS_MAX 10U   /* listed in one answer */
#define AUDIT_SEGMENT_BYTES (64LL * 1024 * 1024)
#define AUDIT_SEGMENTS_KEPT 4
#define SHUTDOWN_DRAIN_MS 1000U
