#ifndef MOCKREC_CCURL_H
#define MOCKREC_CCURL_H

#include <curl/curl.h>
#include <stdint.h>

// libcurl sets and reads options through variadic functions, which Swift cannot call. Each function here fixes one
// argument type and does nothing else; the caller picks an option that takes that type.

typedef size_t (*mockrec_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*mockrec_curl_seek_callback)(void *context, curl_off_t offset, int origin);

CURLcode mockrec_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode mockrec_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode mockrec_curl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode mockrec_curl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode mockrec_curl_set_data_callback(CURL *easy, CURLoption option, mockrec_curl_data_callback value);
CURLcode mockrec_curl_set_seek_callback(CURL *easy, mockrec_curl_seek_callback value);

// Options whose names depend on libcurl's version: only http and https, also after a redirect, and a transfer that is
// removed while its name is being resolved does not wait for the resolver.
CURLcode mockrec_curl_set_boundaries(CURL *easy);

CURLcode mockrec_curl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode mockrec_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value);
CURLcode mockrec_curl_get_string(CURL *easy, CURLINFO info, const char **value);

CURLcode mockrec_curl_get_list(CURL *easy, CURLINFO info, struct curl_slist **value);

// What is known of the server's own certificate, which belongs to the handle; null without TLS, and where the connection
// was made by another handle.
const struct curl_slist *mockrec_curl_certificate(CURL *easy);

CURLMcode mockrec_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);

// The result of a transfer that is done, which stands in a union.
CURLcode mockrec_curl_message_result(const CURLMsg *message);

// Runs body(context) on a new detached thread that gets no signals: a peer that went away is an error, not SIGPIPE,
// and SIGINT and SIGTERM stay with the threads that wait for them. Returns 0, or an errno.
int mockrec_curl_start_thread(void (*body)(void *context), void *context);

#endif
