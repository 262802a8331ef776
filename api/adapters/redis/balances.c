/* Reading and installing balances by two Lua scripts, each one round trip. */
#include "api/adapters/redis/balances.h"

enum { ttl_ms = 30000, jitter_ms = 5000, balances_max = 8 };

/* KEYS: the epoch, the balance. A value of another epoch is as good as none. */
static const char *const read_script =
    "local v = redis.call('HMGET', KEYS[2], 'epoch', 'text') "
    "if v[1] == (redis.call('GET', KEYS[1]) or '0') then return v[2] end "
    "return false";

/*
 * KEYS: the epoch, then one for each balance. ARGV: the time to live, then version and text of
 * each. Versions are below 2^53, so that Lua compares them exactly.
 */
static const char *const install_script =
    "local epoch = redis.call('GET', KEYS[1]) or '0' "
    "for i = 2, #KEYS do "
    "local v = redis.call('HMGET', KEYS[i], 'epoch', 'version') "
    "local version = ARGV[2 * i - 2] "
    "if v[1] ~= epoch or tonumber(v[2]) < tonumber(version) then "
    "redis.call('HSET', KEYS[i], 'epoch', epoch, 'version', version, 'text', ARGV[2 * i - 1]) "
    "redis.call('PEXPIRE', KEYS[i], ARGV[1]) end end "
    "return 1";

#define EPOCH_KEY SLICE("florin:epoch")

static struct slice key_of(struct arena *arena, struct slice tenant, struct slice account)
{
    return arena_printf(arena, "florin:balance:" SLICE_FMT ":" SLICE_FMT, SLICE_ARG(tenant),
                        SLICE_ARG(account));
}

static void raise_epoch(struct redis *redis, struct arena *arena)
{
    const struct slice words[] = {SLICE("INCR"), EPOCH_KEY};
    struct redis_answer ignored;
    (void)redis_call(redis, words, 2, arena, &ignored, NULL);
}

/* False also for the one call that finds Redis back: what it read is from before the outage. */
static bool evaluate(struct redis *redis, const struct slice *words, int count, struct arena *arena,
                     struct redis_answer *answer)
{
    bool recovered = false;
    if (!redis_call(redis, words, count, arena, answer, &recovered))
        return false;
    if (recovered)
        raise_epoch(redis, arena);
    return !recovered && answer->kind != REDIS_ERROR;
}

static enum cache_result get(void *context, struct slice tenant, struct slice account,
                             struct arena *arena, struct slice *text)
{
    const struct redis_balances *balances = context;
    if (!balances)
        return CACHE_BYPASS;
    struct redis_answer answer;
    const struct slice words[] = {SLICE("EVAL"), slice_from_cstr(read_script), SLICE("2"),
                                  EPOCH_KEY, key_of(arena, tenant, account)};
    if (!evaluate(balances->redis, words, ARRAY_LEN(words), arena, &answer))
        return CACHE_BYPASS;
    if (answer.kind != REDIS_TEXT)
        return CACHE_MISS;
    *text = answer.text;
    return CACHE_HIT;
}

static void put(void *context, struct slice tenant, const struct balance_text *texts, size_t count)
{
    const struct redis_balances *balances = context;
    struct slice words[5 + 3 * balances_max] = {SLICE("EVAL"), slice_from_cstr(install_script)};
    struct arena arena = {0};
    struct redis_answer ignored;
    if (!balances || count > balances_max)
        return;
    int at = 2;
    words[at++] = arena_printf(&arena, "%zu", count + 1);
    words[at++] = EPOCH_KEY;
    for (size_t i = 0; i < count; i++)
        words[at++] = key_of(&arena, tenant, texts[i].account);
    words[at++] = arena_printf(&arena, "%llu",
                               ttl_ms + (unsigned long long)rand_below(balances->rand, jitter_ms));
    for (size_t i = 0; i < count; i++) {
        words[at++] = arena_printf(&arena, "%lld", (long long)texts[i].version);
        words[at++] = texts[i].text;
    }
    (void)evaluate(balances->redis, words, at, &arena, &ignored);
    arena_done(&arena);
}

struct balance_cache redis_balance_cache(struct redis_balances *balances)
{
    return (struct balance_cache){
        .context = balances->redis ? balances : NULL, .get = get, .put = put};
}
