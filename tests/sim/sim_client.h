/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cefsim process and a client for it, for tests. Whatever goes wrong fails
 * the running cmocka test. Nothing waits longer than CLIENT_LIMIT_MS.
 */
#ifndef CEFD_SIM_CLIENT_H
#define CEFD_SIM_CLIENT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sim_reply.h"

#define CLIENT_LIMIT_MS 20000

struct client {
	char dir[64]; /* holds cert.pem, key.pem and port */
	pid_t pid;
	int out; /* its standard output */
	unsigned port;
	CURL *curl;        /* one handle, so connections are kept */
	const char *token; /* NULL: no Authorization */
	const char *accept_encoding;
	long timeout_ms;
};

/* Run cefsim with these options (NULL at the end); wait until it listens. */
void client_start(struct client *c, ...) __attribute__((sentinel));

/* SIGTERM, expect exit 0, remove its folder. */
void client_stop(struct client *c);

/* Run cefsim with these options to its end; its exit status. */
int client_run(const char *option, ...) __attribute__((sentinel));

/* Its exit status, once it ends; fails after the limit. */
int client_wait(pid_t pid);

/* GET, or POST when the path begins with "POST ". */
void client_ask(struct client *c, struct reply *r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Set a handle up for a path without asking yet; free it with curl. */
CURL *client_handle(struct client *c, struct reply *r, const char *path);

/* Ask and expect 200; the text, for free(). */
char *client_text(struct client *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Ask and expect 200 and JSON, for json_object_put(). */
struct json_object *client_json(struct client *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Ask and expect this code. */
void client_expect(struct client *c, long code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A counter of /_sim/stats; "requests.list" goes one down. */
int64_t client_stat(struct client *c, const char *name);

#endif
