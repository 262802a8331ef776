/* Making ids. */
#include "api/ledger/id.h"

#include "lib/base/buf.h"

enum { id_bytes_max = 64 };

struct slice id_new(struct arena *arena, const char *prefix, const struct clock *clock,
                    struct rand *rand)
{
    struct slice uuid = rand_uuid7(rand, arena, clock_now(clock));
    struct slice part;
    struct buf id;
    buf_init_arena(&id, arena, id_bytes_max);
    buf_append_cstr(&id, prefix);
    while (slice_next(&uuid, '-', &part))
        buf_append(&id, part);
    return buf_slice(&id);
}
