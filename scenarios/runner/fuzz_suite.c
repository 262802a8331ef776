/* Fuzz target: suite files, from bytes over YAML to steps, and the paths in them. */
#include <stdint.h>
#include <stdlib.h>

#include "scenarios/runner/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct complaints complaints;
    struct jsonpath path;
    struct slice text = {(const char *)data, size};
    complaints_init(&complaints, SLICE("fuzz.yaml"), &arena);
    const struct suite *suite = suite_parse(SLICE("fuzz.yaml"), text, &arena, &complaints);
    if (!suite != (complaints.count > 0))
        abort();
    if (!jsonpath_parse(text, &arena, &path))
        jsonpath_find(&path, value_parse(&arena, SLICE("{\"a\":[{\"b\":1},[2],\"c\"]}")), &arena);
    arena_done(&arena);
    return 0;
}
