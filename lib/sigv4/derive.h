#pragma once
/*
 * The signing key of a secret for one day, region and service: four HMACs. A caller that signs or
 * checks often keeps it by (secret, date, region, service); it is as secret as the secret itself.
 */
#include "lib/sigv4/sigv4.h"

void sigv4_derive_key(struct slice secret_key, const struct sigv4_scope *scope,
                      unsigned char key[SIGV4_KEY_BYTES]);
