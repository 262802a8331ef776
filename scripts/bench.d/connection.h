#pragma once
/*
 * One keep-alive connection to the server under load: sends a prepared request, tells when its
 * answer is complete. Non-blocking; one thread drives all of them through epoll.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

enum connection_result {
    CONNECTION_WAITS,  /* for the socket */
    CONNECTION_DONE,   /* the answer is complete; `status` is set */
    CONNECTION_BROKEN, /* refused, reset, or not HTTP */
};

enum { CONNECTION_HEAD_MAX = 16 * 1024 };

struct connection {
    int fd; /* -1: closed */
    struct slice request;
    size_t sent;
    char head[CONNECTION_HEAD_MAX]; /* of the answer, and what came with it */
    size_t head_len;
    size_t head_end;   /* 0: the empty line has not come */
    int64_t body_left; /* -1: until the server closes, -2: chunked */
    char tail[5];      /* the last bytes of a chunked body */
    int status;
    bool closes;        /* the server ends the connection after this answer */
    int64_t due_micros; /* when it should have been sent */
};

void connection_init(struct connection *connection);
void connection_close(struct connection *connection);

/* Connects if need be (that blocks, for a moment on loopback) and begins to send; the request is
 * borrowed until the answer is complete. */
enum connection_result connection_begin(struct connection *connection,
                                        const struct sockaddr_in *server, struct slice request);

/* Goes on with what the socket allows now. */
enum connection_result connection_continue(struct connection *connection);
