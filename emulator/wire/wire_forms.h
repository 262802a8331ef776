#pragma once
/* The protocols that wire.c puts into its table. */
#include "emulator/wire/wire.h"

extern const struct wire_protocol wire_aws_json;
extern const struct wire_protocol wire_aws_query;
extern const struct wire_protocol wire_rpc_v2_cbor;
