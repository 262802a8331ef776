#pragma once
/* /v1/auth: login, refresh, logout, sessions. */
#include "api/http/call.h"

handler auth_login;
handler auth_refresh;
handler auth_logout;
handler auth_sessions;
