#pragma once
/*
 * How CloudWatch cuts time: which periods exist, where the first one begins, and how long data of
 * a period's fineness are kept. All in seconds since 1970; pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
#include <stdbool.h>
#include <stdint.h>

/* 1, 5, 10, 20, 30 or a multiple of 60. */
bool cloudwatch_period_is_valid(int64_t period);

/*
 * Where the first period begins: the start rounded down to a minute, to 5 minutes from 15 days ago
 * on, to an hour from 63 days ago on; to the period itself when that is below a minute. The periods
 * count from there, so a period of an hour may well begin at 11:18.
 */
int64_t cloudwatch_period_first(int64_t start, int64_t period, int64_t now);

/* The age past which data can no longer be read at this period. */
int64_t cloudwatch_period_retention(int64_t period);

/* Periods that it takes from `first` to `end`, the last one perhaps in part; 0 when none. */
int64_t cloudwatch_period_count(int64_t first, int64_t end, int64_t period);

int64_t cloudwatch_round_down(int64_t seconds, int64_t step); /* towards the past */
