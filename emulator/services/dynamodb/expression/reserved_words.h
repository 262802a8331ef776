#pragma once
/* The words that cannot be attribute names in expressions (developer guide, "Reserved words"). */
#include "lib/base/slice.h"

enum { RESERVED_WORD_COUNT = 573 };

bool is_reserved_word(struct slice word); /* ASCII case aside */
