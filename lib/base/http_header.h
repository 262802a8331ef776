#pragma once
/* A header field as every HTTP part of Florin passes it: server, client and signatures. */
#include "lib/base/slice.h"

struct http_header {
    struct slice name;
    struct slice value;
};

/* The first field of that name, ASCII case aside; absent when there is none. */
struct slice http_header_find(const struct http_header *headers, size_t count, struct slice name);
