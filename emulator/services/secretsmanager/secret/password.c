/*
 * GetRandomPassword.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
#include <string.h>

#include "emulator/services/secretsmanager/secret/secret.h"

enum { default_length = 32, kind_count = 5, characters_max = 128 };

static const char *const kinds[kind_count] = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                              "abcdefghijklmnopqrstuvwxyz", "0123456789",
                                              "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", " "};

enum { KIND_SPACE = 4 }; /* allowed where asked for, never required */

/* The characters of each kind that are left, and all of them together. */
struct alphabet {
    char left[kind_count][characters_max];
    size_t left_count[kind_count];
    char all[characters_max];
    size_t all_count;
};

static void fill_alphabet(const struct secretsmanager_get_random_password_request *in,
                          struct alphabet *alphabet)
{
    const bool excluded[kind_count] = {in->exclude_uppercase.value, in->exclude_lowercase.value,
                                       in->exclude_numbers.value, in->exclude_punctuation.value,
                                       !in->include_space.value};
    *alphabet = (struct alphabet){0};
    for (size_t kind = 0; kind < kind_count; kind++)
        for (const char *c = kinds[kind]; !excluded[kind] && *c; c++) {
            if (slice_index(in->exclude_characters, *c) >= 0)
                continue;
            alphabet->left[kind][alphabet->left_count[kind]++] = *c;
            alphabet->all[alphabet->all_count++] = *c;
        }
}

static char pick(struct rand *rand, const char *characters, size_t count)
{
    return characters[rand_below(rand, count)];
}

/* One of each kind first, then any; the places are drawn afterwards. */
static void draw(struct rand *rand, const struct alphabet *alphabet, bool each, char *text,
                 size_t length)
{
    size_t at = 0;
    for (size_t kind = 0; each && kind < KIND_SPACE; kind++)
        if (alphabet->left_count[kind])
            text[at++] = pick(rand, alphabet->left[kind], alphabet->left_count[kind]);
    while (at < length)
        text[at++] = pick(rand, alphabet->all, alphabet->all_count);
    for (size_t i = length; i > 1; i--) {
        size_t other = rand_below(rand, i);
        char kept = text[i - 1];
        text[i - 1] = text[other];
        text[other] = kept;
    }
}

static size_t required_kinds(const struct alphabet *alphabet)
{
    size_t count = 0;
    for (size_t kind = 0; kind < KIND_SPACE; kind++)
        count += alphabet->left_count[kind] > 0;
    return count;
}

struct err secretsmanager_get_random_password(
    struct call *call, const struct secretsmanager_get_random_password_request *in,
    struct secretsmanager_get_random_password_response *out)
{
    struct alphabet alphabet;
    size_t length = in->password_length.is_set ? (size_t)in->password_length.value : default_length;
    bool each = !in->require_each_included_type.is_set || in->require_each_included_type.value;
    fill_alphabet(in, &alphabet);
    if (alphabet.all_count == 0)
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "The password can't be generated because every character is excluded.");
    if (each && length < required_kinds(&alphabet))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "The password length %zu is too short to hold a character of each of the %zu "
                    "included types.",
                    length, required_kinds(&alphabet));
    char *text = arena_alloc(call->arena, length);
    draw(call->platform->rand, &alphabet, each, text, length);
    out->random_password = (struct slice){text, length};
    return OK;
}
