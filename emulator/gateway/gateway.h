#pragma once
/*
 * The way of every call: an HTTP request in, through a const table of stages, a response out.
 * pipeline.c holds the table; reading it top to bottom is reading the emulator.
 */
#include "emulator/audit/append.h"
#include "emulator/auth/auth.h"
#include "emulator/core/call.h"
#include "emulator/core/virtual_clock.h"
#include "lib/base/log.h"
#include "lib/httpd/httpd.h"

struct gateway;

struct gateway_options {
    struct platform *platform;   /* gateway_new fills what calls the gateway back */
    struct virtual_clock *clock; /* the platform's, which /_florin/clock sets */
    struct auth *auth;
    struct audit *audit;
    const struct log *log;
    const char *data_folder; /* where the services' stores live */
    bool survive_power_loss;
    /* Comma-separated names that a Host header may carry beside the loopback ones; or NULL. */
    const char *allowed_hosts;
};

/* Borrows what the options point to until gateway_free. */
struct gateway *gateway_new(const struct gateway_options *options);
void gateway_free(struct gateway *gateway); /* no call may be under way */

/* The http_handler; `context` is the gateway. Any number of threads. */
void gateway_handle(void *context, const struct http_request *request,
                    struct http_response *response);
