/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP and UDP sockets. Options that the kernel refuses are no reason not to deliver.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/sock.h"

/* A dead peer is found within two minutes even when nothing is sent. */
#define KEEPALIVE_IDLE_S 30
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_COUNT 6

static void set_options(int fd, int64_t user_timeout_ms);
static void set(int fd, int level, int option, int value);

int
sock_connect(const struct resolve_address *address, int64_t user_timeout_ms,
    struct err *err)
{
	int fd = socket(address->addr.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);

	if (fd == -1)
		return err_set(
		    err, ERR_IO, "cannot make a socket: %s", strerror(errno));
	set_options(fd, user_timeout_ms);
	if (connect(fd, (const struct sockaddr *)&address->addr,
	        address->len) == -1 &&
	    errno != EINPROGRESS && errno != EINTR) {
		(void)err_set(
		    err, ERR_IO, "cannot connect: %s", strerror(errno));
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
sock_connect_datagrams(const struct resolve_address *address, struct err *err)
{
	int fd = socket(address->addr.ss_family,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);

	if (fd == -1)
		return err_set(
		    err, ERR_IO, "cannot make a socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&address->addr,
	        address->len) == -1) {
		(void)err_set(
		    err, ERR_IO, "cannot connect: %s", strerror(errno));
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
sock_send_datagram(int fd, const void *data, size_t len, struct err *err)
{
	if (send(fd, data, len, MSG_NOSIGNAL) != -1)
		return 1;
	if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
		return 0;
	if (errno == EMSGSIZE)
		return err_set(err, ERR_BAD,
		    "a record of %zu octets is too large for a datagram: it "
		    "waits, and all behind it, for another transport",
		    len);
	return err_set(err, ERR_IO, "%s", strerror(errno));
}

int
sock_failed(int error, struct err *err)
{
	/* The third is what shutdown says after a reset. */
	if (error == ECONNRESET || error == EPIPE || error == ENOTCONN)
		return err_set(err, ERR_IO, "the server reset the connection");
	return err_set(err, ERR_IO, "%s", strerror(error));
}

int
sock_take_error(int fd, struct err *err)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error == 0)
		return 0;
	return err_set(err, ERR_IO, "%s", strerror(error));
}

int64_t
sock_unacknowledged(int fd)
{
	int octets;

	if (ioctl(fd, SIOCOUTQ, &octets) == -1)
		return -1;
	return octets;
}

bool
sock_peer_has_ended(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
		return true;
	/* RFC 9293 section 3.3.2. */
	return info.tcpi_state == TCP_CLOSE_WAIT ||
	    info.tcpi_state == TCP_CLOSE;
}

bool
sock_is_self(int fd)
{
	struct sockaddr_storage here, there;
	socklen_t here_len = sizeof(here), there_len = sizeof(there);

	memset(&here, 0, sizeof(here));
	memset(&there, 0, sizeof(there));
	return getsockname(fd, (struct sockaddr *)&here, &here_len) == 0 &&
	    getpeername(fd, (struct sockaddr *)&there, &there_len) == 0 &&
	    here_len == there_len && memcmp(&here, &there, here_len) == 0;
}

void
sock_text(char ret[SOCK_TEXT_MAX], const struct resolve_address *address)
{
	char host[48];
	char port[8];
	bool six = address->addr.ss_family == AF_INET6;

	if (getnameinfo((const struct sockaddr *)&address->addr, address->len,
	        host, sizeof(host), port, sizeof(port),
	        NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		(void)snprintf(ret, SOCK_TEXT_MAX, "?");
		return;
	}
	(void)snprintf(ret, SOCK_TEXT_MAX, "%s%s%s:%s", six ? "[" : "", host,
	    six ? "]" : "", port);
}

static void
set_options(int fd, int64_t user_timeout_ms)
{
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
	    user_timeout_ms < INT_MAX ? (int)user_timeout_ms : INT_MAX);
}

static void
set(int fd, int level, int option, int value)
{
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}
