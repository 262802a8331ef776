#pragma once
/* Compiler attributes under readable names. */

#define PRINTF_LIKE(format_index, first_argument)                                                  \
    __attribute__((format(printf, format_index, first_argument)))

/* Calls fn(&variable) when the variable leaves its scope; fn must accept an empty value. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
