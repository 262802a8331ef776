#pragma once
/* The words that cannot be attribute names in expressions (developer guide, "Reserved words"). */
#include "lib/base/slice.h"

enum { RESERVED_WORD_COUNT = 573 };

bool is_reserved_word(struct slice word); /* ASCII case aside */

/* Whether the word is one of a sorted list in capital letters, ASCII case aside. */
bool word_is_listed(struct slice word, const char *const *words, size_t count);
