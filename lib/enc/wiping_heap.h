#pragma once
/*
 * OpenSSL's heap, overwritten before it is given back: what key material passed through on its way
 * into a big number or a cipher does not stay in freed memory.
 */
#include <stdbool.h>

/* Call it first in main: false when OpenSSL has allocated already, or cannot be told. */
bool wiping_heap_install(void);
