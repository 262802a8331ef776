/* Collecting what is wrong with a request. */
#include "emulator/services/cloudwatch/problems.h"

enum { words_bytes_max = 64 * 1024 };

void cloudwatch_problems_init(struct cloudwatch_problems *problems, struct call *call)
{
    *problems = (struct cloudwatch_problems){.call = call};
    buf_init_arena(&problems->words, call->arena, words_bytes_max);
}

void cloudwatch_problem(struct cloudwatch_problems *problems, const struct fault *fault,
                        const char *format, ...)
{
    va_list arguments;
    if (problems->first)
        buf_append_char(&problems->words, '\n');
    else
        problems->first = problems->only ? problems->only : fault;
    va_start(arguments, format);
    buf_append(&problems->words, arena_vprintf(problems->call->arena, format, arguments));
    va_end(arguments);
}

struct err cloudwatch_problems_end(struct cloudwatch_problems *problems)
{
    if (!problems->first)
        return OK;
    return fail(problems->call, problems->first, SLICE_FMT, SLICE_ARG(buf_slice(&problems->words)));
}
