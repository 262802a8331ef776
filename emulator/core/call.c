/* Notes that a handler leaves for the gateway. */
#include "emulator/core/call.h"

void call_due_at(struct call *call, int64_t micros)
{
    if (!call->due_micros || micros < call->due_micros)
        call->due_micros = micros;
}
