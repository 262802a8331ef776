/* The errors of DynamoDB's pure parts. */
#include "emulator/services/dynamodb/item/refusal.h"

const struct err_info DDB_INVALID = {"ValidationException", "The request is not valid.", 400};
const struct err_info DDB_UNSERIALIZABLE = {
    "SerializationException", "The request's JSON has a value of the wrong type.", 400};

struct err ddb_refuse(struct ddb_refusal *refusal, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (!slice_is_set(refusal->message))
        refusal->message = arena_vprintf(refusal->arena, format, arguments);
    va_end(arguments);
    return ERR(&DDB_INVALID);
}

struct err ddb_refuse_type(struct ddb_refusal *refusal, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    refusal->message = arena_vprintf(refusal->arena, format, arguments);
    va_end(arguments);
    return ERR(&DDB_UNSERIALIZABLE);
}
