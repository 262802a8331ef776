/* The codes of sign-in and sessions. */
#include "api/auth/fault.h"

const struct err_info BAD_CREDENTIALS = {
    "unauthenticated", "The e-mail address or the password is wrong, or the user is locked.", 401};
const struct err_info UNAUTHENTICATED = {
    "unauthenticated", "Send a valid access token: Authorization: Bearer <token>.", 401};
const struct err_info TOKEN_EXPIRED = {
    "token_expired", "The token has expired. Refresh the session, or sign in again.", 401};
const struct err_info SESSION_REVOKED = {"session_revoked", "The session has ended. Sign in again.",
                                         401};
const struct err_info SESSION_REUSE_DETECTED = {
    "session_reuse_detected",
    "This refresh token was used before, so the session was ended. Sign in again.", 401};
const struct err_info FORBIDDEN = {"forbidden", "Your role does not allow this.", 403};
const struct err_info RATE_LIMITED = {"rate_limited", "Too many requests. Wait, then try again.",
                                      429};
const struct err_info SESSION_STORE_UNAVAILABLE = {
    "session_store_unavailable", "Sessions cannot be checked right now; try again.", 503};
