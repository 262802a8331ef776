/* The root keys that stand before any IAM user exists. */
#include "emulator/auth/auth.h"

static bool is_account_id(struct slice text)
{
    uint64_t ignored;
    return text.len == 12 && slice_to_u64(text, &ignored);
}

static bool find_root_key(void *context, struct slice access_key_id, struct arena *arena,
                          struct access_key *key)
{
    const struct platform *platform = context;
    struct slice account = is_account_id(access_key_id) ? access_key_id : platform->default_account;
    if (!is_account_id(access_key_id) && !slice_eq(access_key_id, SLICE("test")))
        return false;
    const struct slice arn[] = {SLICE("arn:aws:iam::"), account, SLICE(":root")};
    *key = (struct access_key){
        .secret = SLICE("test"),
        .owner = {.account = account,
                  .arn = arena_join(arena, arn, ARRAY_LEN(arn)),
                  .user_id = account,
                  .access_key_id = access_key_id,
                  .is_root = true},
    };
    return true;
}

struct identity_port auth_root_identities(const struct platform *platform)
{
    return (struct identity_port){.context = (void *)(uintptr_t)platform,
                                  .find_key = find_root_key};
}
