/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A byte stream to a server.
 *
 *   OPENING --> OPEN --> FINISHING --> FINISHED
 *      |          |          |            |
 *      +----------+----------+------------+--> OVER (`ended` was called)
 *
 * FINISHING lasts while the kernel has no room for close_notify. A write that
 * fails is told through the loop, after a last look for the alert that says
 * why: with TLS 1.3 a refused client certificate shows only in a read.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/conn.h"
#include "io/dial.h"
#include "io/sock.h"
#include "io/timer.h"
#include "io/tls.h"
#include "io/watch.h"

/* Octets of the peer's that one turn of the loop looks at, at most; a TLS
 * record more. */
#define READ_MAX 16384

enum conn_state {
	CONN_OPENING,
	CONN_OPEN,
	CONN_FINISHING,
	CONN_FINISHED,
	CONN_OVER,
};

struct conn {
	struct loop *loop;
	struct conn_hooks hooks;
	enum conn_state state;
	struct dial *dial;
	int fd;
	struct tls *tls; /* NULL for plain TCP */
	struct watch *watch;
	struct timer *turn;      /* tells of a write that failed */
	bool want_write;         /* the owner's wish */
	bool write_needs_read;   /* TLS must read before it can write */
	bool peer_closed;        /* close_notify was read */
	bool finished;           /* our end is with the kernel */
	bool heard;              /* something came on plain TCP */
	uint64_t unacknowledged; /* once over or closed by the peer */
	struct err failure;      /* of a write */
	char address[SOCK_TEXT_MAX];
	struct tls_facts facts;
	char said[CONN_SAID_MAX];
};

static void on_dialled(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg);
static void on_ready(unsigned ready, void *arg);
static void on_turn(void *arg);
static void flush(struct conn *conn);
static void set_watch(struct conn *conn);
static bool has_unsent(const struct conn *conn);
static bool read_some(struct conn *conn);
static bool read_tls(struct conn *conn);
static bool read_plain(struct conn *conn);
static bool is_tls(
    struct conn *conn, const char *data, size_t len, struct err *err);
static bool received(struct conn *conn, const char *data, size_t len);
static void note_said(struct conn *conn, const char *data, size_t len);
static bool closed_by_peer(struct conn *conn, const struct err *why);
static bool end_of_stream(
    struct conn *conn, enum conn_end end, const struct err *why);
static bool broken(struct conn *conn, const struct err *why);
static void over(struct conn *conn, enum conn_end end, const struct err *why);
static bool has_ended(struct conn *conn);
static void shut(struct conn *conn);
static int write_tls(
    struct conn *conn, const void *data, size_t len, size_t *ret_len);
static int write_plain(
    struct conn *conn, const void *data, size_t len, size_t *ret_len);
static int write_failed(struct conn *conn);
static uint64_t measure(const struct conn *conn);

struct conn *
conn_open(struct loop *loop, const struct conn_options *options,
    const struct conn_hooks *hooks)
{
	struct conn *conn = xcalloc(1, sizeof(*conn));

	conn->loop = loop;
	conn->hooks = *hooks;
	conn->state = CONN_OPENING;
	conn->fd = -1;
	conn->facts.version = "";
	conn->turn = timer_new(loop, on_turn, conn);
	conn->dial = dial_start(loop, options, on_dialled, conn);
	return conn;
}

void
conn_free(struct conn *conn)
{
	if (conn == NULL)
		return;
	dial_cancel(conn->dial);
	timer_free(conn->turn);
	watch_free(conn->watch);
	tls_free(conn->tls);
	if (conn->fd != -1)
		(void)close(conn->fd);
	free(conn);
}

int
conn_write(struct conn *conn, const void *data, size_t len, size_t *ret_len)
{
	*ret_len = 0;
	if (conn->state != CONN_OPEN || conn->failure.code != ERR_NONE)
		return -1;
	if (conn->tls != NULL)
		return write_tls(conn, data, len, ret_len);
	return write_plain(conn, data, len, ret_len);
}

void
conn_want_write(struct conn *conn, bool want)
{
	conn->want_write = want;
	set_watch(conn);
}

void
conn_finish(struct conn *conn)
{
	enum tls_status status = TLS_OK;

	if (conn->state != CONN_OPEN && conn->state != CONN_FINISHING)
		return;
	if (conn->state == CONN_OPEN && has_ended(conn)) {
		(void)write_failed(conn);
		return;
	}
	conn->state = CONN_FINISHING;
	conn->want_write = false;
	if (conn->tls != NULL)
		status = tls_end(conn->tls, &conn->failure);
	conn->write_needs_read = status == TLS_WANT_READ;
	if (status == TLS_OK)
		shut(conn);
	else if (status != TLS_WANT_READ && status != TLS_WANT_WRITE)
		(void)write_failed(conn);
	set_watch(conn);
}

/*
 * Has the peer's end come, unread as yet? It is then no answer to ours. Session
 * tickets may lie before it. (Once our close_notify is out, the peer's FIN may
 * well come before our own.)
 */
static bool
has_ended(struct conn *conn)
{
	char scratch[READ_MAX];
	enum tls_status status = TLS_OK;
	size_t len;

	for (int i = 0; conn->tls != NULL && i < 4 && status == TLS_OK; i++)
		status = tls_read(
		    conn->tls, scratch, sizeof(scratch), &len, &conn->failure);
	return status == TLS_CLOSED || status == TLS_EOF ||
	    status == TLS_FAILED || sock_peer_has_ended(conn->fd);
}

bool
conn_is_finished(const struct conn *conn)
{
	return conn->finished;
}

uint64_t
conn_unacknowledged(const struct conn *conn)
{
	if (conn->state == CONN_OVER || conn->peer_closed)
		return conn->unacknowledged;
	return measure(conn);
}

void
conn_facts(const struct conn *conn, struct conn_facts *ret)
{
	ret->address = conn->address;
	ret->version = conn->facts.version;
	ret->resumed = conn->facts.resumed;
	ret->expires_ms = conn->facts.expires_ms;
	ret->said = conn->said;
}

static void
on_dialled(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg)
{
	struct conn *conn = arg;

	conn->dial = NULL;
	memcpy(conn->address, address, strlen(address) + 1);
	if (stream == NULL) {
		(void)broken(conn, failure);
		return;
	}
	conn->fd = stream->fd;
	conn->tls = stream->tls;
	if (conn->tls != NULL)
		tls_facts(conn->tls, &conn->facts);
	conn->state = CONN_OPEN;
	conn->watch = watch_new(conn->loop, conn->fd, on_ready, conn);
	set_watch(conn);
	/* An alert may be here already: look before the first record. */
	if (!read_some(conn))
		conn->hooks.opened(conn->hooks.arg);
}

static void
on_ready(unsigned ready, void *arg)
{
	struct conn *conn = arg;
	bool may_write = (ready & WATCH_WRITE) != 0;

	if ((ready & WATCH_READ) != 0) {
		if (read_some(conn))
			return;
		may_write |= conn->write_needs_read;
		set_watch(conn);
	}
	if (!may_write)
		return;
	if (conn->state == CONN_FINISHING)
		conn_finish(conn);
	else if (conn->state == CONN_OPEN && conn->want_write)
		conn->hooks.writable(conn->hooks.arg);
	else
		flush(conn);
}

/* What was taken from the owner, who has no more for now. */
static void
flush(struct conn *conn)
{
	if (conn->tls != NULL &&
	    tls_flush(conn->tls, &conn->failure) == TLS_FAILED)
		(void)write_failed(conn);
	else
		set_watch(conn);
}

/* A write has failed; an alert that waits says more than its error. */
static void
on_turn(void *arg)
{
	struct conn *conn = arg;
	struct err err = {ERR_NONE, ""};
	char scratch[READ_MAX];
	ssize_t got;
	size_t len;

	if (conn->tls != NULL) {
		if (tls_read(conn->tls, scratch, sizeof(scratch), &len, &err) ==
		        TLS_FAILED &&
		    err.code == ERR_DENIED)
			conn->failure = err;
	} else {
		got = recv(conn->fd, scratch, sizeof(scratch), 0);
		if (got > 0 && is_tls(conn, scratch, (size_t)got, &err))
			conn->failure = err;
	}
	(void)broken(conn, &conn->failure);
}

static void
set_watch(struct conn *conn)
{
	unsigned want = WATCH_READ;

	if (conn->watch == NULL)
		return;
	if (conn->failure.code != ERR_NONE)
		want = 0;
	else if ((conn->want_write || conn->state == CONN_FINISHING ||
	             has_unsent(conn)) &&
	    !conn->write_needs_read)
		want |= WATCH_WRITE;
	watch_set(conn->watch, want);
}

static bool
has_unsent(const struct conn *conn)
{
	return conn->tls != NULL && tls_unsent(conn->tls) > 0;
}

/* True when the stream is over, and `conn` perhaps gone. */
static bool
read_some(struct conn *conn)
{
	if (conn->tls != NULL && !conn->peer_closed)
		return read_tls(conn);
	return read_plain(conn);
}

static bool
read_tls(struct conn *conn)
{
	char scratch[READ_MAX];
	struct err err;
	size_t len;

	do {
		switch (
		    tls_read(conn->tls, scratch, sizeof(scratch), &len, &err)) {
		case TLS_OK:
			if (received(conn, scratch, len))
				return true;
			break;
		case TLS_WANT_READ:
		case TLS_WANT_WRITE:
			return false;
		case TLS_CLOSED:
			return closed_by_peer(conn, &err);
		case TLS_EOF:
			return end_of_stream(conn, CONN_EOF, &err);
		case TLS_FAILED:
			return broken(conn, &err);
		}
	} while (tls_has_pending(conn->tls));
	return false;
}

static bool
read_plain(struct conn *conn)
{
	char scratch[READ_MAX];
	ssize_t len = recv(conn->fd, scratch, sizeof(scratch), 0);
	struct err err;

	if (len > 0 && is_tls(conn, scratch, (size_t)len, &err))
		return broken(conn, &err);
	if (len > 0)
		return received(conn, scratch, (size_t)len);
	if (len == 0) {
		(void)err_set(&err, ERR_IO, "the server ended the connection");
		return end_of_stream(
		    conn, conn->peer_closed ? CONN_CLOSED : CONN_EOF, &err);
	}
	if (errno == EAGAIN || errno == EINTR)
		return false;
	(void)sock_failed(errno, &err);
	return broken(conn, &err);
}

/*
 * Does the first that came on plain TCP begin as an alert or a handshake does
 * (RFC 8446, section 5.1)? What that server was sent it has not read as records,
 * however orderly it ends.
 */
static bool
is_tls(struct conn *conn, const char *data, size_t len, struct err *err)
{
	bool first = !conn->heard;

	conn->heard = true;
	if (conn->tls != NULL || !first || len < 2 ||
	    (data[0] != 0x15 && data[0] != 0x16) || data[1] != 3)
		return false;
	(void)err_set(err, ERR_IO,
	    "the server speaks TLS: set transport = \"tls\", or \"relp-tls\" "
	    "for RELP");
	return true;
}

/* True when the owner has let go of `conn`. */
static bool
received(struct conn *conn, const char *data, size_t len)
{
	if (conn->peer_closed)
		return false;
	if (conn->hooks.received != NULL)
		return !conn->hooks.received(data, len, conn->hooks.arg);
	if (conn->said[0] == '\0')
		note_said(conn, data, len);
	return false;
}

static void
note_said(struct conn *conn, const char *data, size_t len)
{
	for (size_t i = 0; i < len && i < sizeof(conn->said) - 1; i++) {
		if (i != 0 && (data[i] == '\r' || data[i] == '\n'))
			break;
		conn->said[i] =
		    data[i] >= 0x20 && data[i] < 0x7f ? data[i] : '?';
	}
}

/*
 * close_notify. After our own end it is the peer's answer, and whether the
 * stream then ends with a FIN or a reset is worth waiting for.
 */
static bool
closed_by_peer(struct conn *conn, const struct err *why)
{
	conn->unacknowledged = measure(conn);
	conn->peer_closed = true;
	if (conn->finished)
		return read_plain(conn);
	over(conn, CONN_CLOSED, why);
	return true;
}

/*
 * recv says "end" even when a reset came right after the peer's FIN; the
 * reset is then found only here.
 */
static bool
end_of_stream(struct conn *conn, enum conn_end end, const struct err *why)
{
	struct err err;

	if (!conn->peer_closed)
		conn->unacknowledged = measure(conn);
	if (sock_take_error(conn->fd, &err) == -1)
		return broken(conn, &err);
	over(conn, end, why);
	return true;
}

static bool
broken(struct conn *conn, const struct err *why)
{
	over(conn, CONN_BROKEN, why);
	return true;
}

/* The last thing a turn does: the hook may free `conn`. */
static void
over(struct conn *conn, enum conn_end end, const struct err *why)
{
	struct err copy = *why;

	conn->state = CONN_OVER;
	timer_cancel(conn->turn);
	watch_free(conn->watch);
	conn->watch = NULL;
	conn->hooks.ended(end, &copy, conn->hooks.arg);
}

/* The FIN goes after close_notify, without waiting for the answer: it saves
 * the peer's delayed acknowledgement. */
static void
shut(struct conn *conn)
{
	if (shutdown(conn->fd, SHUT_WR) == -1) {
		(void)sock_failed(errno, &conn->failure);
		(void)write_failed(conn);
		return;
	}
	conn->finished = true;
	conn->state = CONN_FINISHED;
}

static int
write_tls(struct conn *conn, const void *data, size_t len, size_t *ret_len)
{
	enum tls_status status =
	    tls_write(conn->tls, data, len, ret_len, &conn->failure);

	conn->write_needs_read = status == TLS_WANT_READ;
	if (has_unsent(conn))
		set_watch(conn);
	if (status == TLS_OK)
		return 0;
	*ret_len = 0;
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE)
		return 0;
	return write_failed(conn);
}

static int
write_plain(struct conn *conn, const void *data, size_t len, size_t *ret_len)
{
	ssize_t sent = send(conn->fd, data, len, MSG_NOSIGNAL);

	if (sent >= 0) {
		*ret_len = (size_t)sent;
		return 0;
	}
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	(void)sock_failed(errno, &conn->failure);
	return write_failed(conn);
}

static int
write_failed(struct conn *conn)
{
	if (conn->failure.code == ERR_NONE)
		(void)err_set(
		    &conn->failure, ERR_IO, "the server ended the connection");
	set_watch(conn);
	timer_set(conn->turn, 0);
	return -1;
}

static uint64_t
measure(const struct conn *conn)
{
	int64_t octets = sock_unacknowledged(conn->fd);

	if (octets < 0)
		return 1;
	/* Our FIN counts as an octet until it is acknowledged. */
	if (conn->finished && octets > 0)
		octets--;
	if (has_unsent(conn))
		octets += (int64_t)tls_unsent(conn->tls);
	return (uint64_t)octets;
}
