/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection of the receiver, with its good or bad manners.
 *
 *   HANDSHAKE -> READING -> LINGERING (our side is closed, the peer's not)
 *                        -> DEAF (never reads again)
 *                        -> HELD (the peer has ended, we never do)
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "sink.h"
#include "sink_conn.h"
#include "sink_frame.h"

#define READ_BYTES ((size_t)256 * 1024)
#define READS_A_TURN 16
#define NS_PER_MS 1000000
#define SLOW_STEP_MS 20

enum conn_state { HANDSHAKE, READING, LINGERING, DEAF, HELD };

enum got { GOT_DATA, GOT_NOTHING, GOT_NOTIFY, GOT_EOF, GOT_RESET };

struct sink_conn {
	struct sink *sink;
	SSL *ssl; /* NULL: plain TCP */
	int fd;
	enum conn_state state;
	enum sink_mode mode;
	uint64_t limit; /* records this connection takes */
	short wants;
	bool more; /* its turn ended before what had come did */
	int64_t start_ns, heard_ns;
	uint64_t read_bytes, update_bytes;
	struct sink_frames frames;
};

static char read_data[READ_BYTES];

static void
set_limit(struct sink_conn *c)
{
	const struct sink *s = c->sink;

	c->limit = UINT64_MAX;
	switch (c->mode) {
	case SINK_RESET_AFTER:
	case SINK_CLOSE_AFTER:
	case SINK_HALF_CLOSE_AFTER:
	case SINK_STOP_READING_AFTER:
		c->limit = s->options.mode_value;
		break;
	case SINK_EXIT_AFTER: /* of the whole life, not of a connection */
		c->limit = s->options.mode_value - s->stats.records;
		break;
	case SINK_NORMAL:
	case SINK_CLOSE_AT_ACCEPT:
	case SINK_SILENT_AT_ACCEPT:
	case SINK_IDLE_CLOSE:
	case SINK_NEVER_ANSWER_CLOSE:
	case SINK_EOF_ONLY:
	case SINK_SLOW:
	case SINK_KEY_UPDATES:
		break;
	}
}

struct sink_conn *
sink_conn_new(struct sink *s, int fd)
{
	struct sink_conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->sink = s;
	c->fd = fd;
	c->mode = s->stats.connections < s->options.mode_connections
	    ? s->options.mode
	    : SINK_NORMAL;
	s->stats.connections++;
	s->dirty = true;
	c->wants = POLLIN;
	c->start_ns = c->heard_ns = sink_now_ns();
	set_limit(c);
	if (c->mode == SINK_CLOSE_AT_ACCEPT) {
		sink_conn_free(c);
		return NULL;
	}
	c->state = c->mode == SINK_SILENT_AT_ACCEPT ? DEAF : READING;
	if (s->tls != NULL && c->state != DEAF) {
		c->ssl = SSL_new(s->tls);
		if (c->ssl == NULL || SSL_set_fd(c->ssl, fd) != 1)
			abort();
		c->state = HANDSHAKE;
	}
	return c;
}

void
sink_conn_free(struct sink_conn *c)
{
	sink_frames_end(c->sink, &c->frames);
	SSL_free(c->ssl);
	close(c->fd);
	c->sink->stats.ended++;
	c->sink->dirty = true;
	free(c);
}

int
sink_conn_fd(const struct sink_conn *c)
{
	return c->fd;
}

/* Milliseconds until a slow reader may read again. */
static int64_t
slow_wait_ms(const struct sink_conn *c)
{
	int64_t passed_ms = (sink_now_ns() - c->start_ns) / NS_PER_MS;
	uint64_t due_ms = c->read_bytes * 1000 / c->sink->options.mode_value;

	return (int64_t)due_ms - passed_ms;
}

short
sink_conn_wants(const struct sink_conn *c, int *ret_timeout_ms)
{
	int64_t ms;

	*ret_timeout_ms = -1;
	if (c->state == DEAF || c->state == HELD)
		return 0;
	if (c->state == READING && c->mode == SINK_SLOW &&
	    slow_wait_ms(c) > 0) {
		*ret_timeout_ms = SLOW_STEP_MS;
		return 0;
	}
	if (c->state == READING && c->mode == SINK_IDLE_CLOSE) {
		ms = (int64_t)c->sink->options.mode_value -
		    (sink_now_ns() - c->heard_ns) / NS_PER_MS;
		*ret_timeout_ms = ms > 0 ? (int)ms : 0;
	}
	if (c->more)
		*ret_timeout_ms = 0;
	return c->wants;
}

static void
note_peer(struct sink_conn *c)
{
	struct sink_stats *st = &c->sink->stats;
	const char *name =
	    SSL_get_servername(c->ssl, TLSEXT_NAMETYPE_host_name);
	X509 *peer = SSL_get0_peer_certificate(c->ssl);

	if (SSL_session_reused(c->ssl))
		st->resumed++;
	snprintf(st->tls_version, sizeof(st->tls_version), "%s",
	    SSL_get_version(c->ssl));
	snprintf(st->server_name, sizeof(st->server_name), "%s",
	    name != NULL ? name : "");
	st->client_name[0] = '\0';
	if (peer != NULL)
		X509_NAME_get_text_by_NID(X509_get_subject_name(peer),
		    NID_commonName, st->client_name,
		    (int)sizeof(st->client_name));
}

static bool
work_handshake(struct sink_conn *c)
{
	int n;

	ERR_clear_error();
	n = SSL_accept(c->ssl);
	if (n == 1) {
		note_peer(c);
		c->state = READING;
		c->wants = POLLIN;
		c->sink->dirty = true;
		return true;
	}
	switch (SSL_get_error(c->ssl, n)) {
	case SSL_ERROR_WANT_READ:
		c->wants = POLLIN;
		return true;
	case SSL_ERROR_WANT_WRITE:
		c->wants = POLLOUT;
		return true;
	default:
		c->sink->stats.handshake_failed++;
		ERR_print_errors_fp(stderr);
		return false;
	}
}

static enum got
read_tls(struct sink_conn *c, size_t want, size_t *ret_len)
{
	int n, e;

	ERR_clear_error();
	errno = 0;
	if (SSL_read_ex(c->ssl, read_data, want, ret_len) == 1)
		return GOT_DATA;
	n = errno;
	e = SSL_get_error(c->ssl, 0);
	if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE)
		return GOT_NOTHING;
	if (e == SSL_ERROR_ZERO_RETURN)
		return GOT_NOTIFY;
	if (e == SSL_ERROR_SSL &&
	    ERR_GET_REASON(ERR_peek_error()) ==
	        SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return GOT_EOF;
	return e == SSL_ERROR_SYSCALL && n == 0 ? GOT_EOF : GOT_RESET;
}

static enum got
read_tcp(struct sink_conn *c, size_t want, size_t *ret_len)
{
	ssize_t n = read(c->fd, read_data, want);

	if (n > 0) {
		*ret_len = (size_t)n;
		return GOT_DATA;
	}
	if (n == 0)
		return GOT_EOF;
	return errno == EAGAIN || errno == EINTR ? GOT_NOTHING : GOT_RESET;
}

static enum got
read_some(struct sink_conn *c, size_t *ret_len)
{
	struct sink_stats *st = &c->sink->stats;
	size_t want = c->mode == SINK_SLOW ? 1024 : READ_BYTES;
	enum got got = c->ssl != NULL ? read_tls(c, want, ret_len)
	                              : read_tcp(c, want, ret_len);

	if (got == GOT_DATA) {
		c->heard_ns = sink_now_ns();
		c->read_bytes += *ret_len;
		st->last_ns = c->heard_ns;
		if (st->first_ns == 0)
			st->first_ns = c->heard_ns;
	}
	return got;
}

/* Our end, as good manners have it: close_notify, then FIN. */
static void
say_end(struct sink_conn *c)
{
	if (c->ssl != NULL && c->mode != SINK_EOF_ONLY)
		(void)SSL_shutdown(c->ssl);
	(void)shutdown(c->fd, SHUT_WR);
}

/* The record that the mode waits for is stored. */
static bool
work_limit(struct sink_conn *c)
{
	struct linger hard = {.l_onoff = 1, .l_linger = 0};

	switch (c->mode) {
	case SINK_RESET_AFTER:
		(void)setsockopt(
		    c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		return false;
	case SINK_CLOSE_AFTER:
		say_end(c);
		return false;
	case SINK_HALF_CLOSE_AFTER:
		say_end(c);
		c->state = LINGERING;
		return true;
	case SINK_STOP_READING_AFTER:
		c->state = DEAF;
		return true;
	case SINK_EXIT_AFTER:
		sink_stats_write(c->sink);
		(void)raise(SIGKILL);
		return false;
	case SINK_NORMAL:
	case SINK_CLOSE_AT_ACCEPT:
	case SINK_SILENT_AT_ACCEPT:
	case SINK_IDLE_CLOSE:
	case SINK_NEVER_ANSWER_CLOSE:
	case SINK_EOF_ONLY:
	case SINK_SLOW:
	case SINK_KEY_UPDATES:
		break;
	}
	return true;
}

/* The peer has ended. Everything it sent is stored by now. */
static bool
work_end(struct sink_conn *c, enum got got)
{
	struct sink_stats *st = &c->sink->stats;

	c->sink->dirty = true;
	if (got == GOT_RESET) {
		st->reset++;
		return false;
	}
	if (got == GOT_NOTIFY)
		st->close_notify++;
	else
		st->eof++;
	if (c->mode == SINK_NEVER_ANSWER_CLOSE) {
		c->state = HELD;
		return true;
	}
	if (c->state != LINGERING)
		say_end(c);
	return false;
}

/* RFC 8446, section 4.6.3. */
static void
ask_update(struct sink_conn *c)
{
	if (c->mode != SINK_KEY_UPDATES || c->ssl == NULL ||
	    c->read_bytes < c->update_bytes + c->sink->options.mode_value)
		return;
	c->update_bytes = c->read_bytes;
	(void)SSL_key_update(c->ssl, SSL_KEY_UPDATE_REQUESTED);
	(void)SSL_do_handshake(c->ssl);
}

static bool
work_read(struct sink_conn *c)
{
	size_t len = 0;
	int i;

	c->more = true;
	for (i = 0; i < READS_A_TURN; i++) {
		enum got got = read_some(c, &len);

		if (got == GOT_NOTHING) {
			c->more = false;
			break;
		}
		if (got != GOT_DATA)
			return work_end(c, got);
		if (c->state == LINGERING)
			continue;
		sink_frames_take(c->sink, &c->frames, read_data, len, c->limit);
		if (c->frames.bad)
			return false;
		if (c->frames.records >= c->limit)
			return work_limit(c);
		ask_update(c);
		if (c->mode == SINK_SLOW)
			break;
	}
	return true;
}

static bool
is_idle_too_long(const struct sink_conn *c)
{
	return c->mode == SINK_IDLE_CLOSE && c->state == READING &&
	    sink_now_ns() - c->heard_ns >=
	    (int64_t)c->sink->options.mode_value * NS_PER_MS;
}

bool
sink_conn_work(struct sink_conn *c, short revents)
{
	int timeout;

	if (c->state == DEAF || c->state == HELD)
		return (revents & (POLLERR | POLLNVAL)) == 0;
	if (c->state == HANDSHAKE && revents != 0 && !work_handshake(c))
		return false;
	if (c->state != READING && c->state != LINGERING)
		return true;
	if (sink_conn_wants(c, &timeout) != 0 && !work_read(c))
		return false;
	if (is_idle_too_long(c)) {
		say_end(c);
		return false;
	}
	return true;
}
