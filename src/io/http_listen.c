/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything waits meanwhile, so the resolver is not asked: but for localhost,
 * which /etc/hosts has, there are addresses only.
 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/http_listen.h"

#define BACKLOG 128

static int split(char *text, const char **ret_host, const char **ret_port);
static int open_at(const struct addrinfo *address);

int
http_listen(const char *text, struct err *err)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	char *copy = xstrdup(text);
	struct addrinfo *found = NULL;
	const char *host, *port;
	int rc, fd = -1;

	if (split(copy, &host, &port) == -1) {
		(void)err_set(
		    err, ERR_BAD, "%s: not an address and a port", text);
		goto out;
	}
	if (strcmp(host, "localhost") != 0)
		hints.ai_flags |= AI_NUMERICHOST;
	rc = getaddrinfo(host, port, &hints, &found);
	if (rc != 0) {
		(void)err_set(err, ERR_IO, "cannot listen on %s: %s", text,
		    gai_strerror(rc));
		goto out;
	}
	fd = open_at(found);
	if (fd == -1)
		(void)err_set(err, ERR_IO, "cannot listen on %s: %s", text,
		    strerror(errno));
	freeaddrinfo(found);
out:
	free(copy);
	return fd;
}

/* "host:port" or "[host]:port", in its place. */
static int
split(char *text, const char **ret_host, const char **ret_port)
{
	char *colon = strrchr(text, ':');
	char *end = colon, *rest;
	long port;

	if (colon == NULL)
		return -1;
	if (text[0] == '[' && colon > text && colon[-1] == ']') {
		text++;
		end--;
	}
	if (end <= text)
		return -1;
	port = strtol(colon + 1, &rest, 10);
	if (rest == colon + 1 || *rest != '\0' || port < 0 || port > 65535)
		return -1;
	*end = '\0';
	*ret_host = text;
	*ret_port = colon + 1;
	return 0;
}

/* The descriptor, or -1 with errno. */
static int
open_at(const struct addrinfo *address)
{
	int fd = socket(
	    address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1;
	int why;

	if (fd == -1)
		return -1;
	/* What ended a moment ago is no reason to be refused the port. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	why = errno;
	(void)close(fd);
	errno = why;
	return -1;
}
