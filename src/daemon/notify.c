/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol is public and this small; a library for it would be one more
 * thing in the process.
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "daemon/notify.h"

/* Of a message that we format. */
#define STATE_MAX 512

void
notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t len;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	len = strlen(path);
	if (len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	/* "@" stands for the NUL of an abstract address. */
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	/* A supervisor that does not listen is no reason to stop, or wait. */
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
	    (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}

void
notify_ready(const char *fmt, ...)
{
	char state[STATE_MAX] = "READY=1\nSTATUS=";
	size_t len = strlen(state);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(state + len, sizeof(state) - len, fmt, ap);
	va_end(ap);
	notify(state);
}

void
notify_reloading(void)
{
	char state[STATE_MAX];
	struct timespec now;

	/* To the microsecond: cut to less it could be before the signal. */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)snprintf(state, sizeof(state),
	    "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
	    (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	notify(state);
}
