#pragma once
/*
 * Environment variables. Programs set none after their start, so any thread may read; the text
 * lives as long as the program.
 */
#include "lib/base/slice.h"

/* Absent when the variable is not set or empty. */
struct slice environment_get(const char *name);
