/* The codes of malformed and misdirected requests. */
#include "api/http/fault.h"

const struct err_info MALFORMED_REQUEST = {
    "malformed_request", "The request's framing is ambiguous, or its target is not valid.", 400};
const struct err_info MALFORMED_JSON = {"malformed_json",
                                        "The body is not one well-formed JSON object.", 400};
const struct err_info UNKNOWN_FIELD = {"unknown_field",
                                       "The body has a member that this route does "
                                       "not know.",
                                       400};
const struct err_info DUPLICATE_FIELD = {"duplicate_field", "The body names a member twice.", 400};
const struct err_info MISSING_FIELD = {"missing_field", "A required member is missing.", 400};
const struct err_info INVALID_FIELD = {"invalid_field", "A member has a value that it cannot have.",
                                       400};
const struct err_info UNKNOWN_PARAMETER = {
    "unknown_parameter", "The query has a parameter that this route does not know.", 400};
const struct err_info INVALID_PARAMETER = {
    "invalid_parameter", "A query parameter has a value that it cannot have.", 400};
const struct err_info MISSING_IDEMPOTENCY_KEY = {
    "missing_idempotency_key",
    "This request moves money: send an Idempotency-Key header, and the same one when you repeat "
    "it.",
    400};
const struct err_info INVALID_IDEMPOTENCY_KEY = {
    "invalid_idempotency_key", "An Idempotency-Key is 1 to 255 printable ASCII characters.", 400};
const struct err_info CURSOR_MISMATCH = {
    "cursor_mismatch", "The cursor is not one of ours, or belongs to a list with other filters.",
    400};
const struct err_info UNKNOWN_API_VERSION = {
    "unknown_api_version", "This API-Version does not exist; leave the header out for the latest.",
    400};
const struct err_info UNKNOWN_ROUTE = {"not_found", "There is nothing at this path.", 404};
const struct err_info METHOD_NOT_ALLOWED = {
    "method_not_allowed", "The path exists, but not with this method; see the Allow header.", 405};
const struct err_info NOT_ACCEPTABLE = {"not_acceptable", "Replies are application/json.", 406};
const struct err_info UNSUPPORTED_MEDIA_TYPE = {
    "unsupported_media_type", "Send the body as application/json, not compressed.", 415};
const struct err_info BODY_TOO_LARGE = {"body_too_large", "The body is larger than 1 MiB.", 413};
const struct err_info URL_TOO_LONG = {"url_too_long", "The URL is longer than 4 KiB.", 414};
const struct err_info HEADERS_TOO_LARGE = {
    "headers_too_large", "There are more than 100 header fields, or one is longer than 8 KiB.",
    431};
const struct err_info DRAINING = {"draining", "This server is about to stop; try again.", 503};
const struct err_info OVERLOADED = {"overloaded", "Too many requests wait already; try again.",
                                    503};
