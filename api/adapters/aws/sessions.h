#pragma once
/* The session store's port on DynamoDB. Whatever goes wrong is SESSION_STORE_UNAVAILABLE. */
#include "api/adapters/aws/clients.h"
#include "api/adapters/aws/shared_reads.h"
#include "api/auth/ports.h"

struct aws_sessions {
    struct aws_clients *clients;
    struct slice table;
    struct shared_reads *reads; /* of consistent reads */
};

/* The port borrows `sessions`, which must outlive it. */
struct session_store aws_session_store(struct aws_sessions *sessions);
