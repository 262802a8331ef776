/* A small hash table without chains: of two tables that meet in a slot, one is read each time. */
#include "emulator/services/dynamodb/store/table_cache.h"

#include <stdlib.h>

#include "emulator/store/store.h"

enum { slots = 64 };

struct table_cache {
    struct table_slot slots[slots];
};

static void free_cache(void *memo)
{
    struct table_cache *cache = memo;
    for (size_t i = 0; cache && i < slots; i++)
        arena_done(&cache->slots[i].arena);
    free(cache);
}

static struct table_cache *cache_of(struct call *call)
{
    void **memo = store_memo(call->store, free_cache);
    if (!*memo)
        *memo = calloc(1, sizeof(struct table_cache));
    if (!*memo)
        abort();
    return *memo;
}

struct table_slot *table_cache_slot(struct call *call, struct slice name)
{
    uint64_t hash = slice_hash(name) ^ slice_hash(call->region) ^ slice_hash(call->account);
    return &cache_of(call)->slots[hash % slots];
}

bool table_slot_holds(const struct table_slot *slot, const struct call *call, struct slice name,
                      uint64_t version)
{
    return slot->table.kept_version == version && slice_eq(slot->table.name, name) &&
           slice_eq(slot->region, call->region) && slice_eq(slot->account, call->account);
}

struct arena *table_slot_clear(struct table_slot *slot, const struct call *call)
{
    slot->table = (struct ddb_table){0};
    arena_reset(&slot->arena);
    slot->account = arena_dup(&slot->arena, call->account);
    slot->region = arena_dup(&slot->arena, call->region);
    return &slot->arena;
}
