/*
 * bare-httpd: the least that libmicrohttpd can do for a request, as a yardstick. It takes a body
 * and answers a constant as large as an item of DynamoDB's, on as many event-loop threads as the
 * emulator has.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>

#include <microhttpd.h>

#include "lib/base/attributes.h"

enum { loop_threads = 2 };

static const char answer[] = "{\"Item\":{\"id\":{\"S\":\"item-0001\"},\"n\":{\"N\":\"1\"},"
                             "\"text\":{\"S\":\"the quick brown fox jumps over the lazy dog\"}}}";

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *upload,
                                 size_t *upload_size, void **request_cls)
{
    static const char seen;
    (void)cls, (void)url, (void)method, (void)version, (void)upload;
    if (!*request_cls) {
        *request_cls = (void *)(uintptr_t)&seen;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        sizeof answer - 1, (void *)(uintptr_t)answer, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/x-amz-json-1.0");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(void)
{
    sigset_t signals;
    int number;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_access, NULL,
                         MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                         MHD_OPTION_THREAD_POOL_SIZE, (unsigned)loop_threads, MHD_OPTION_END);
    if (!daemon)
        return 1;
    printf("bare-httpd ready http://127.0.0.1:%u\n",
           MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    sigwait(&signals, &number);
    MHD_stop_daemon(daemon);
    return 0;
}
