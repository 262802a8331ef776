#pragma once
/*
 * What PutLogEvents checks of a batch. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
#include "emulator/services/logs_api.h"

#define LOGS_EVENT_OVERHEAD_BYTES 26       /* that each event counts beside its message */
#define LOGS_BATCH_BYTES_MAX (1024 * 1024) /* of messages and overhead; of one event, too */

/* The events that are neither too old nor too new: `first` to before `end`. */
struct logs_batch {
    size_t first;
    size_t end;
    int64_t bytes; /* of these, with the overhead */
};

/* InvalidParameterException for what refuses the whole batch. */
struct err logs_batch_check(struct call *call, const struct logs_input_log_events *events,
                            struct logs_batch *batch);
