#pragma once
/*
 * What exports and imports share. Both go through S3, which this emulator has not: each is checked
 * as AWS checks it, kept, and fails as it does on AWS when there is no such bucket.
 */
#include "emulator/services/dynamodb/item/request.h"

enum { TRANSFER_PAGE_MAX = 25 };

#define TRANSFER_FAILURE_CODE SLICE("S3NoSuchBucket")
#define TRANSFER_FAILURE_MESSAGE                                                                   \
    SLICE("The specified bucket does not exist: this emulator has no S3 yet")

/* The name within an optional TableArn that filters a list; absent without one. */
struct err ddb_transfer_filter(struct call *call, struct slice table_arn, struct slice *table_name);
