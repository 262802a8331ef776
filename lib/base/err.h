#pragma once
/*
 * The result of everything that can fail. `struct err` holds nothing on success, else a pointer to
 * a constant that names the failure; the compiler warns where a result goes unread.
 *
 * The constant is comparable by address (`e.info == &KMS_NOT_FOUND_EXCEPTION`). The words for one
 * occurrence, where they vary, travel beside it (`struct call` in the emulator, a caller's buffer
 * elsewhere). Library code returns errors and never logs them.
 */
#include <stdbool.h>

struct err_info {
    const char *code; /* the field's name for it, e.g. "ResourceNotFoundException" */
    const char *text; /* the default sentence for a person */
    int http_status;  /* what a server answers with; 0 where that has no meaning */
};

struct [[nodiscard]] err {
    const struct err_info *info; /* NULL: success */
};

#define OK ((struct err){0})
#define ERR(info_address) ((struct err){(info_address)})

/* Hands a failure to the caller. The only macro that hides control flow. */
#define TRY(expression)                                                                            \
    do {                                                                                           \
        struct err try_result = (expression);                                                      \
        if (try_result.info)                                                                       \
            return try_result;                                                                     \
    } while (0)

static inline bool failed(struct err e)
{
    return e.info != NULL;
}
