#pragma once
/* ECDH (NIST SP 800-56A, cofactor one): the x coordinate of the shared point, in bytes. */
#include <openssl/evp.h>

#include "lib/base/arena.h"

/* False when the two keys are not of one curve. */
bool kms_agree(EVP_PKEY *own, EVP_PKEY *peer, struct arena *arena, struct slice *secret);
