/* libcurl's easy interface as one blocking call. */
#include "lib/httpc/httpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

enum { default_connect_ms = 3000, default_total_ms = 30000 };
static const size_t default_bytes_max = (size_t)16 * 1024 * 1024;

const struct err_info HTTPC_BAD_REQUEST = {"BadRequest", "the URL or a header cannot be sent", 0};
const struct err_info HTTPC_RESOLVE = {"CannotResolve", "the host name has no address", 0};
const struct err_info HTTPC_REFUSED = {"ConnectionRefused", "nobody answers at that address", 0};
const struct err_info HTTPC_TLS = {"TlsFailed", "the TLS handshake failed", 0};
const struct err_info HTTPC_TIMEOUT = {"TimedOut", "the answer did not come in time", 0};
const struct err_info HTTPC_TOO_LARGE = {"TooLarge", "the answer is larger than allowed", 0};
const struct err_info HTTPC_CUT_OFF = {"CutOff", "the connection ended before the answer did", 0};

struct httpc {
    CURL *curl;
    char error_text[CURL_ERROR_SIZE];
    bool was_sent;
};

/* What the callbacks fill while one request is under way. */
struct transfer {
    struct arena *arena;
    struct http_header headers[HTTPC_RESPONSE_HEADERS_MAX];
    size_t header_count;
    struct buf body;
    bool too_large;
};

struct httpc *httpc_new(void)
{
    struct httpc *client = calloc(1, sizeof *client);
    if (client)
        client->curl = curl_easy_init(); /* its global part is thread-safe since curl 7.84 */
    if (!client || !client->curl)
        abort();
    return client;
}

void httpc_free(struct httpc *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->curl);
    free(client);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *cls)
{
    struct transfer *t = cls;
    struct slice line = {bytes, size * count};
    struct slice name;
    struct slice value;
    if (slice_starts_with(line, SLICE("HTTP/"))) {
        t->header_count = 0; /* an interim answer came before */
    } else if (slice_split_once(line, ':', &name, &value)) {
        if (t->header_count == HTTPC_RESPONSE_HEADERS_MAX) {
            t->too_large = true;
            return 0;
        }
        t->headers[t->header_count++] =
            (struct http_header){arena_dup(t->arena, name), arena_dup(t->arena, slice_trim(value))};
    }
    return line.len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *cls)
{
    struct transfer *t = cls;
    buf_append(&t->body, (struct slice){bytes, size * count});
    t->too_large = t->body.overflowed;
    return t->too_large ? 0 : size * count;
}

/* A line feed in a value would begin a header of its own. */
static bool is_sendable(struct slice text)
{
    return slice_index(text, '\r') < 0 && slice_index(text, '\n') < 0 && slice_index(text, 0) < 0;
}

static void free_list(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

static bool append_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer)
        *list = longer;
    return longer != NULL;
}

/* curl spells an empty value "Name;" and reads "Name:" as "leave out what you would send". */
static bool build_headers(const struct httpc_request *request, struct arena *arena,
                          struct curl_slist **list)
{
    bool fine = append_line(list, "Expect:");
    if (!slice_is_set(
            http_header_find(request->headers, request->header_count, SLICE("content-type"))))
        fine = fine && append_line(list, "Content-Type:");
    for (size_t i = 0; fine && i < request->header_count; i++) {
        const struct http_header *h = &request->headers[i];
        const char *format = h->value.len > 0 ? SLICE_FMT ": " SLICE_FMT : SLICE_FMT ";" SLICE_FMT;
        fine = h->name.len > 0 && is_sendable(h->name) && is_sendable(h->value) &&
               slice_index(h->name, ':') < 0 &&
               append_line(
                   list, arena_printf(arena, format, SLICE_ARG(h->name), SLICE_ARG(h->value)).ptr);
    }
    return fine;
}

static void set_method(CURL *curl, const struct httpc_request *request, struct arena *arena)
{
    bool is_head = slice_eq(request->method, SLICE("HEAD"));
    if (slice_is_set(request->body)) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.ptr);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    if (is_head)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, arena_cstr(arena, request->method));
}

static void set_options(struct httpc *client, const struct httpc_request *request,
                        struct transfer *transfer)
{
    CURL *curl = client->curl;
    curl_easy_reset(curl); /* keeps the open connections */
    client->error_text[0] = '\0';
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->error_text);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_URL, arena_cstr(transfer->arena, request->url));
    curl_easy_setopt(curl, CURLOPT_PROXY, arena_cstr(transfer->arena, request->proxy));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(request->connect_ms ? request->connect_ms : default_connect_ms));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     (long)(request->total_ms ? request->total_ms : default_total_ms));
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    set_method(curl, request, transfer->arena);
}

static struct err explain(CURLcode code, const struct transfer *transfer)
{
    static const struct {
        CURLcode code;
        const struct err_info *info;
    } meanings[] = {
        {CURLE_URL_MALFORMAT,            &HTTPC_BAD_REQUEST},
        {CURLE_UNSUPPORTED_PROTOCOL,     &HTTPC_BAD_REQUEST},
        {CURLE_COULDNT_RESOLVE_HOST,     &HTTPC_RESOLVE    },
        {CURLE_COULDNT_RESOLVE_PROXY,    &HTTPC_RESOLVE    },
        {CURLE_COULDNT_CONNECT,          &HTTPC_REFUSED    },
        {CURLE_OPERATION_TIMEDOUT,       &HTTPC_TIMEOUT    },
        {CURLE_SSL_CONNECT_ERROR,        &HTTPC_TLS        },
        {CURLE_PEER_FAILED_VERIFICATION, &HTTPC_TLS        },
        {CURLE_SSL_CACERT_BADFILE,       &HTTPC_TLS        },
        {CURLE_SSL_CERTPROBLEM,          &HTTPC_TLS        },
    };
    if (transfer->too_large)
        return ERR(&HTTPC_TOO_LARGE);
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (meanings[i].code == code)
            return ERR(meanings[i].info);
    return ERR(&HTTPC_CUT_OFF);
}

static struct err perform(struct httpc *client, struct transfer *transfer)
{
    long request_bytes = 0;
    CURLcode code = curl_easy_perform(client->curl);
    curl_easy_getinfo(client->curl, CURLINFO_REQUEST_SIZE, &request_bytes);
    client->was_sent = request_bytes > 0;
    if (code == CURLE_OK)
        return OK;
    if (client->error_text[0] == '\0')
        snprintf(client->error_text, sizeof client->error_text, "%s", curl_easy_strerror(code));
    return explain(code, transfer);
}

struct err httpc_send(struct httpc *client, const struct httpc_request *request,
                      struct arena *arena, struct httpc_response *response)
{
    CLEANUP(free_list) struct curl_slist *headers = NULL;
    struct transfer transfer = {.arena = arena};
    long status = 0;
    int64_t start = clock_monotonic_micros();
    client->was_sent = false;
    buf_init_arena(&transfer.body, arena,
                   request->response_bytes_max ? request->response_bytes_max : default_bytes_max);
    set_options(client, request, &transfer);
    if (request->method.len == 0 || !is_sendable(request->method) || !is_sendable(request->url) ||
        !build_headers(request, arena, &headers)) {
        snprintf(client->error_text, sizeof client->error_text,
                 "the method, the URL or a header holds a line feed, a NUL or nothing");
        return ERR(&HTTPC_BAD_REQUEST);
    }
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
    TRY(perform(client, &transfer));
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    struct http_header *kept = ARENA_ARRAY(arena, struct http_header, transfer.header_count);
    memcpy(kept, transfer.headers, transfer.header_count * sizeof *kept);
    *response = (struct httpc_response){.status = (int)status,
                                        .headers = kept,
                                        .header_count = transfer.header_count,
                                        .body = buf_slice(&transfer.body),
                                        .elapsed_micros = clock_monotonic_micros() - start};
    return OK;
}

const char *httpc_error_text(const struct httpc *client)
{
    return client->error_text;
}

bool httpc_was_sent(const struct httpc *client)
{
    return client->was_sent;
}
