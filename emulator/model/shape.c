/* Presence, which each kind of shape records in its own way. */
#include "emulator/model/shape.h"

bool shape_is_set(const struct shape *shape, const void *value)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        return *(const void *const *)value != NULL;
    case SHAPE_LIST:
    case SHAPE_MAP:
        return ((const struct shape_list *)value)->is_set;
    case SHAPE_STRING:
    case SHAPE_BLOB:
        return ((const struct slice *)value)->ptr != NULL;
    case SHAPE_BOOLEAN:
        return ((const struct opt_bool *)value)->is_set;
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return ((const struct opt_i64 *)value)->is_set;
    case SHAPE_DOUBLE:
        return ((const struct opt_double *)value)->is_set;
    case SHAPE_TIMESTAMP:
        return ((const struct opt_time *)value)->is_set;
    case SHAPE_CUSTOM:
        return shape->codec->is_set(value);
    }
    return false;
}
