/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTPS server in a child process that says what it was told to say, one
 * connection and one request after the other.
 */
#ifndef CEFD_TESTS_CANNED_H
#define CEFD_TESTS_CANNED_H

#include <stddef.h>

#define CANNED_REQUESTS_MAX 16
#define CANNED_REQUEST_MAX 1024

struct canned_reply {
	const char *path;    /* what the request line holds; NULL: the end */
	const char *status;  /* "200 OK" */
	const char *headers; /* each with CR LF, or "" */
	const char *body;
};

/* What it was asked, in shared memory. */
struct canned_log {
	volatile size_t count;
	char requests[CANNED_REQUESTS_MAX][CANNED_REQUEST_MAX];
};

struct canned {
	struct canned_log *log;
	char host[32]; /* "127.0.0.1:port" */
	int pid;
};

/* A folder with the tests' certificates, between these two. */
extern char *canned_folder;
int canned_setup(void **state);
int canned_teardown(void **state);

/*
 * Serve with server.pem of that folder. The first reply whose path fits is given, and
 * 404 when none does.
 */
void canned_start(struct canned *canned, const struct canned_reply *replies);
void canned_stop(struct canned *canned);

#endif
