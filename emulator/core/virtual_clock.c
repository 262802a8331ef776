/* A clock with an offset, or one that stands still. */
#include "emulator/core/virtual_clock.h"

static int64_t system_micros(void)
{
    struct clock system = clock_system();
    return clock_now(&system);
}

static int64_t now(const struct clock *clock)
{
    const struct virtual_clock *self = (const struct virtual_clock *)clock;
    int64_t setting = __atomic_load_n(&self->setting, __ATOMIC_ACQUIRE);
    return setting & 1 ? setting / 2 : system_micros() + setting / 2;
}

static void keep(struct virtual_clock *clock, int64_t value, bool frozen)
{
    __atomic_store_n(&clock->setting, value * 2 + frozen, __ATOMIC_RELEASE);
}

void virtual_clock_init(struct virtual_clock *clock)
{
    *clock = (struct virtual_clock){.clock = {.now = now}};
}

bool virtual_clock_is_frozen(const struct virtual_clock *clock)
{
    return __atomic_load_n(&clock->setting, __ATOMIC_ACQUIRE) & 1;
}

bool virtual_clock_set(struct virtual_clock *clock, int64_t micros)
{
    bool frozen = virtual_clock_is_frozen(clock);
    if (micros < 0 || micros > CLOCK_MICROS_MAX)
        return false;
    keep(clock, frozen ? micros : micros - system_micros(), frozen);
    return true;
}

void virtual_clock_freeze(struct virtual_clock *clock, bool frozen)
{
    int64_t at = clock_now(&clock->clock);
    keep(clock, frozen ? at : at - system_micros(), frozen);
}

void virtual_clock_reset(struct virtual_clock *clock)
{
    keep(clock, 0, false);
}
