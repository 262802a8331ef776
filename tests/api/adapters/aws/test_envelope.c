#include <criterion/criterion.h>

#include "api/adapters/aws/envelope.h"

static const unsigned char key[SEAL_KEY_BYTES] = {9};
static const struct envelope_place place = {
    "customers", "email_sealed", {"cus_1", 5},
      {"ten_1", 5}
};

static struct slice make(struct arena *arena)
{
    struct rand rand = rand_seeded(1);
    return envelope_seal(arena, key, SLICE("key_1"), &place, SLICE("ada@example.org"), &rand);
}

Test(envelope, begins_with_magic_algorithm_and_the_keys_id)
{
    struct arena arena = {0};
    struct slice envelope = make(&arena);
    struct slice id;
    cr_expect(slice_starts_with(envelope, SLICE("FLE1\x01\x05key_1")));
    cr_expect_eq(envelope.len, 4 + 1 + 1 + 5 + 12 + 15 + 16);
    cr_assert(envelope_key_id(envelope, &id));
    cr_expect(slice_eq(id, SLICE("key_1")));
    cr_expect_not(slice_contains(envelope, SLICE("ada")));
    arena_done(&arena);
}

Test(envelope, opens_in_its_place)
{
    struct arena arena = {0};
    struct slice plain;
    cr_assert(envelope_open(&arena, key, &place, make(&arena), &plain));
    cr_expect(slice_eq(plain, SLICE("ada@example.org")));
    arena_done(&arena);
}

Test(envelope, does_not_open_in_another_column_row_or_tenant)
{
    struct arena arena = {0};
    struct slice plain;
    struct slice envelope = make(&arena);
    struct envelope_place column = place;
    struct envelope_place row = place;
    struct envelope_place tenant = place;
    column.column = "phone_sealed";
    row.row = SLICE("cus_2");
    tenant.tenant = SLICE("ten_2");
    cr_expect_not(envelope_open(&arena, key, &column, envelope, &plain));
    cr_expect_not(envelope_open(&arena, key, &row, envelope, &plain));
    cr_expect_not(envelope_open(&arena, key, &tenant, envelope, &plain));
    arena_done(&arena);
}

Test(envelope, is_refused_when_cut_or_of_another_form)
{
    struct arena arena = {0};
    struct slice plain;
    struct slice id;
    struct slice envelope = make(&arena);
    for (size_t len = 0; len < envelope.len; len++)
        cr_expect_not(envelope_open(&arena, key, &place, slice_sub(envelope, 0, len), &plain));
    cr_expect_not(envelope_key_id(SLICE("FLE2\x01\x01x"), &id));
    cr_expect_not(envelope_key_id(SLICE("FLE1\x02\x01x"), &id));
    cr_expect_not(envelope_key_id(SLICE("FLE1\x01\x09x"), &id));
    arena_done(&arena);
}
