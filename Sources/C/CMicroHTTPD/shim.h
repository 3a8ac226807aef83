#pragma once
#include <microhttpd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

// MHD_start_daemon and MHD_get_daemon_info are variadic, which Swift doesn't import.

// A server of tests: on loopback, a free port where `port` is 0, a thread for each connection so that answers may wait.
static inline struct MHD_Daemon *laminar_fake_server_start(uint16_t port, MHD_AccessHandlerCallback handler,
                                                           void *(*uri)(void *, const char *, struct MHD_Connection *),
                                                           MHD_RequestCompletedCallback completed,
                                                           MHD_NotifyConnectionCallback connection, void *context) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, handler,
                            context, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK, uri, context,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, context, MHD_OPTION_NOTIFY_CONNECTION, connection,
                            context, MHD_OPTION_END);
}

static inline uint16_t laminar_server_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

// libmicrohttpd's enums are closed, and their cases' names in Swift depend on the version.
static inline enum MHD_Result laminar_http_go_on(void) { return MHD_YES; }
static inline enum MHD_Result laminar_http_hang_up(void) { return MHD_NO; }

static inline struct MHD_Response *laminar_http_response(size_t count, const void *bytes) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

static inline int laminar_http_headers(struct MHD_Connection *connection, MHD_KeyValueIterator iterator, void *context) {
    return MHD_get_connection_values(connection, MHD_HEADER_KIND, iterator, context);
}

// A dashboard: one thread, connections that may be suspended, and bounds on how many and for how long.
static inline struct MHD_Daemon *laminar_status_server_start(const void *address, int isV6, uint16_t port, unsigned connections,
                                                             unsigned seconds, MHD_AccessHandlerCallback handler,
                                                             void *context) {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memset(&v4, 0, sizeof v4);
    memset(&v6, 0, sizeof v6);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    if (isV6) memcpy(&v6.sin6_addr, address, sizeof v6.sin6_addr);
    else memcpy(&v4.sin_addr, address, sizeof v4.sin_addr);
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_ALLOW_SUSPEND_RESUME | (isV6 ? MHD_USE_IPv6 : 0);
    return MHD_start_daemon(flags, port, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR,
                            isV6 ? (const void *)&v6 : (const void *)&v4, MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, seconds, MHD_OPTION_END);
}

// 4, 6, or 0 where the text is no IP address; its bytes in network order.
static inline int laminar_parse_address(const char *text, void *bytes) {
    if (inet_pton(AF_INET, text, bytes) == 1) return 4;
    return inet_pton(AF_INET6, text, bytes) == 1 ? 6 : 0;
}

// A body that is written piece by piece, of a length that nobody knows.
static inline struct MHD_Response *laminar_http_stream(size_t block, MHD_ContentReaderCallback reader, void *context,
                                                       MHD_ContentReaderFreeCallback release) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, reader, context, release);
}

static inline void laminar_http_suspend(struct MHD_Connection *connection) { MHD_suspend_connection(connection); }
static inline void laminar_http_resume(struct MHD_Connection *connection) { MHD_resume_connection(connection); }
