/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink: a syslog receiver over TCP or TLS, with good manners or, on demand,
 * one of the bad ones that receivers have. It stores a record only when the
 * whole of it has come (octet counting: a torn last frame is dropped), and
 * before it answers the sender's end, so its answer means "I have it all".
 *
 * It is fast enough to be the benchmark's far end as well.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "sink.h"
#include "sink_conn.h"

#define CONNS_MAX 1000
#define STATS_EVERY_NS ((int64_t)20 * 1000000)
#define STATS_EVERY_MS 20
#define TLS_READ_BYTES ((size_t)256 * 1024)

static volatile sig_atomic_t stop;

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
on_term(int signo)
{
	(void)signo;
	stop = 1;
}

static void __attribute__((noreturn)) die_tls(const char *what)
{
	fprintf(stderr, "sink: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

SSL_CTX *
sink_tls_new(const struct sink_options *o)
{
	static const unsigned char id[] = "sink";
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL)
		die_tls("no TLS");
	if (SSL_CTX_use_certificate_chain_file(ctx, o->cert) != 1)
		die_tls(o->cert);
	if (SSL_CTX_use_PrivateKey_file(ctx, o->key, SSL_FILETYPE_PEM) != 1)
		die_tls(o->key);
	SSL_CTX_set_min_proto_version(
	    ctx, o->tls_min != 0 ? o->tls_min : TLS1_2_VERSION);
	SSL_CTX_set_max_proto_version(ctx, o->tls_max);
	SSL_CTX_set_session_id_context(ctx, id, sizeof(id) - 1);
	if (o->tickets >= 0)
		SSL_CTX_set_num_tickets(ctx, (size_t)o->tickets);
	if (o->ca != NULL && SSL_CTX_load_verify_file(ctx, o->ca) != 1)
		die_tls(o->ca);
	if (o->verify_client) {
		SSL_CTX_set_client_CA_list(ctx, SSL_load_client_CA_file(o->ca));
		SSL_CTX_set_verify(ctx,
		    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	/* many records for one read(2) */
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_default_read_buffer_len(ctx, TLS_READ_BYTES);
	return ctx;
}

/* "127.0.0.1:0" or "[::1]:0", cut in two in place. */
static void
split_address(char *text, char **ret_host, char **ret_port)
{
	char *colon = strrchr(text, ':');

	errno = EINVAL;
	if (colon == NULL)
		die(text);
	*colon = '\0';
	*ret_port = colon + 1;
	*ret_host = text;
	if (text[0] == '[' && colon[-1] == ']') {
		colon[-1] = '\0';
		*ret_host = text + 1;
	}
}

static void
tell_port(const struct sink_options *o, int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char aside[4096], port[NI_MAXSERV];
	FILE *f;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1)
		die("getsockname");
	if (getnameinfo((struct sockaddr *)&ss, len, NULL, 0, port,
	        sizeof(port), NI_NUMERICSERV) != 0)
		die("getnameinfo");
	if (o->port_file == NULL) {
		printf("%s\n", port);
		fflush(stdout);
		return;
	}
	snprintf(aside, sizeof(aside), "%s.new", o->port_file);
	f = fopen(aside, "we");
	if (f == NULL || fprintf(f, "%s\n", port) < 0 || fclose(f) != 0 ||
	    rename(aside, o->port_file) == -1)
		die(o->port_file);
}

static int
listen_at(const struct sink_options *o)
{
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST,
	    .ai_socktype = SOCK_STREAM};
	struct addrinfo *ai = NULL;
	char text[300], *host, *port;
	int fd, on = 1, rcvbuf = (int)o->rcvbuf;

	snprintf(text, sizeof(text), "%s", o->listen);
	split_address(text, &host, &port);
	if (getaddrinfo(host, port, &hints, &ai) != 0)
		die(o->listen);
	fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		die("socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (rcvbuf != 0)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1 ||
	    listen(fd, 128) == -1)
		die(o->listen);
	freeaddrinfo(ai);
	tell_port(o, fd);
	return fd;
}

/* A torn last line, left by an earlier life that was killed, goes. */
static void
cut_torn_line(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char c;

	while (end > 0 && pread(fd, &c, 1, end - 1) == 1 && c != '\n')
		end--;
	if (ftruncate(fd, end) == -1)
		die("ftruncate");
}

static int
open_out(const struct sink_options *o)
{
	int fd;

	if (o->count_only)
		return -1;
	fd = open(o->out, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd == -1)
		die(o->out);
	cut_torn_line(fd);
	return fd;
}

struct table {
	struct sink_conn *conns[CONNS_MAX];
	struct pollfd fds[CONNS_MAX + 1]; /* the listener is last */
	size_t count;
};

static void
accept_all(struct sink *s, struct table *t, int listen_fd)
{
	while (t->count < CONNS_MAX) {
		int fd = accept4(
		    listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct sink_conn *c;

		if (fd == -1)
			return;
		c = sink_conn_new(s, fd);
		if (c != NULL)
			t->conns[t->count++] = c;
	}
}

/* Wait for something to do; the time limit is the soonest of all. */
static void
wait_for_work(const struct sink *s, struct table *t, int listen_fd)
{
	int limit = s->dirty ? STATS_EVERY_MS : -1;
	size_t i;

	for (i = 0; i < t->count; i++) {
		int ms;

		t->fds[i].fd = sink_conn_fd(t->conns[i]);
		t->fds[i].events = sink_conn_wants(t->conns[i], &ms);
		t->fds[i].revents = 0;
		if (ms != -1 && (limit == -1 || ms < limit))
			limit = ms;
	}
	t->fds[i] = (struct pollfd){.fd = listen_fd, .events = POLLIN};
	if (poll(t->fds, t->count + 1, limit) == -1 && errno != EINTR)
		die("poll");
}

static void
work(struct sink *s, struct table *t, int listen_fd)
{
	size_t i, kept = 0, count = t->count;

	for (i = 0; i < count; i++) {
		if (sink_conn_work(t->conns[i], t->fds[i].revents))
			t->conns[kept++] = t->conns[i];
		else
			sink_conn_free(t->conns[i]);
	}
	t->count = kept;
	if (t->fds[count].revents != 0)
		accept_all(s, t, listen_fd);
}

static void
run(struct sink *s, int listen_fd)
{
	static struct table t;

	s->dirty = true;
	while (!stop) {
		wait_for_work(s, &t, listen_fd);
		work(s, &t, listen_fd);
		if (s->dirty && sink_now_ns() - s->written_ns >= STATS_EVERY_NS)
			sink_stats_write(s);
	}
	while (t.count > 0)
		sink_conn_free(t.conns[--t.count]);
	sink_stats_write(s);
}

int
main(int argc, char **argv)
{
	static struct sink s;
	struct sigaction sa = {.sa_handler = on_term};
	int fd;

	sink_options_parse(&s.options, argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	s.out_fd = open_out(&s.options);
	s.tls = s.options.tls ? sink_tls_new(&s.options) : NULL;
	fd = listen_at(&s.options);
	run(&s, fd);
	close(fd);
	SSL_CTX_free(s.tls);
	if (s.out_fd != -1)
		close(s.out_fd);
	return 0;
}
