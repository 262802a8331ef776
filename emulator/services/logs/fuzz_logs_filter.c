/* Fuzz target: a filter pattern, a line feed, and the message to match. */
#include <stdint.h>

#include "emulator/services/logs/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct arena scratch = {0};
    struct logs_filter filter = {0};
    struct slice problem = SLICE_NONE;
    struct slice pattern = {(const char *)data, size};
    struct slice message = SLICE("");
    slice_split_once(pattern, '\n', &pattern, &message);
    pattern = slice_sub(pattern, 0, 1024); /* as long as the model allows */
    if (logs_filter_parse(&arena, pattern, &filter, &problem) == LOGS_FILTER_OK)
        logs_filter_matches(&filter, message, &scratch);
    else if (!slice_is_set(problem))
        __builtin_trap(); /* a refusal says why */
    arena_done(&scratch);
    arena_done(&arena);
    return 0;
}
