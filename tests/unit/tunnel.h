/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP proxy in a child process that knows CONNECT, to 127.0.0.1 only, one
 * connection after the other.
 */
#ifndef CEFD_TESTS_TUNNEL_H
#define CEFD_TESTS_TUNNEL_H

#define TUNNEL_REQUEST_MAX 1024

struct tunnel {
	char *request; /* the last CONNECT with its headers; shared memory */
	char url[40];  /* http://127.0.0.1:port */
	int pid;
};

/* With `refuse`, such as "407 No", it says that instead of connecting. */
void tunnel_start(struct tunnel *tunnel, const char *refuse);
void tunnel_stop(struct tunnel *tunnel);

#endif
