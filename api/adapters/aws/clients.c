/* The pool of AWS clients. */
#include "api/adapters/aws/clients.h"

#include <pthread.h>
#include <stdlib.h>

/* Two seconds for all attempts: one that begins within the budget has time to end. */
enum { attempt_ms = 900, budget_ms = 1100, connect_ms = 500 };

struct aws_clients {
    const struct log *log;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct awsc **all;
    struct awsc **idle; /* a stack: the warmest client serves next */
    unsigned count;
    unsigned idle_count;
};

struct aws_clients *aws_clients_open(unsigned count, const struct log *log)
{
    struct aws_clients *clients = calloc(1, sizeof *clients);
    if (!clients)
        abort();
    clients->log = log;
    clients->count = count;
    clients->all = calloc(count, sizeof(struct awsc *));
    clients->idle = calloc(count, sizeof(struct awsc *));
    if (!clients->all || !clients->idle)
        abort();
    const struct awsc_options options = {
        .connect_ms = connect_ms, .total_ms = attempt_ms, .budget_ms = budget_ms};
    for (unsigned i = 0; i < count; i++)
        clients->all[i] = clients->idle[clients->idle_count++] = awsc_new(&options);
    pthread_mutex_init(&clients->lock, NULL);
    pthread_cond_init(&clients->returned, NULL);
    return clients;
}

void aws_clients_close(struct aws_clients *clients)
{
    if (!clients)
        return;
    for (unsigned i = 0; i < clients->count; i++)
        awsc_free(clients->all[i]);
    pthread_cond_destroy(&clients->returned);
    pthread_mutex_destroy(&clients->lock);
    free(clients->all);
    free(clients->idle);
    free(clients);
}

static struct awsc *take(struct aws_clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    while (clients->idle_count == 0)
        pthread_cond_wait(&clients->returned, &clients->lock);
    struct awsc *client = clients->idle[--clients->idle_count];
    pthread_mutex_unlock(&clients->lock);
    return client;
}

static void give(struct aws_clients *clients, struct awsc *client)
{
    pthread_mutex_lock(&clients->lock);
    clients->idle[clients->idle_count++] = client;
    pthread_cond_signal(&clients->returned);
    pthread_mutex_unlock(&clients->lock);
}

struct err aws_call(struct aws_clients *clients, struct slice service, struct slice operation,
                    struct slice input, struct slice expected, struct arena *arena,
                    struct awsc_response *response)
{
    struct awsc *client = take(clients);
    *response = (struct awsc_response){0};
    struct err result = awsc_call(client, service, operation, input, arena, response);
    give(clients, client);
    bool surprising =
        failed(result) && !(slice_is_set(expected) && slice_eq(response->error_code, expected));
    if (surprising)
        log_event(clients->log, LOG_ERROR, "a call to AWS failed", LOG_TEXT("service", service),
                  LOG_TEXT("operation", operation),
                  LOG_TEXT("failure", slice_from_cstr(result.info->code)),
                  LOG_TEXT("code", response->error_code.ptr ? response->error_code : SLICE("")),
                  LOG_TEXT("reason", response->message.ptr ? response->message : SLICE("")),
                  LOG_NUMBER("attempts", response->attempts));
    return result;
}
