#pragma once
/* The parameters of an awsQuery request: a form in the body, or in the URL's query. */
#include <stdbool.h>
#include <stddef.h>

#include "emulator/wire/wire.h"

struct query_parameter {
    struct slice name;
    struct slice value;
};

struct query_parameters {
    struct query_parameter *items; /* sorted by name */
    size_t count;
};

/* False when the request is no form, is malformed, or has more than QUERY_PARAMETERS_MAX. */
bool query_parse(const struct wire_request *request, struct arena *arena,
                 struct query_parameters *parameters);

/* Absent when there is no parameter of that name. */
struct slice query_find(const struct query_parameters *parameters, struct slice name);
