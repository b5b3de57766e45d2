/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poke: sends stdin to a receiver as it is, ends the connection in the orderly
 * way and says in one word how the receiver answered:
 *
 *   refused       no connection, or no handshake
 *   close-notify  its close_notify, then EOF     (after all was written)
 *   eof           EOF alone
 *   reset         reset, alert or broken TLS, or an end before all was written
 *   nothing       no answer within the limit
 *
 * It blocks, one step after the other, so that what it says is plain to see.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

struct poke {
	const char *host, *port, *ca, *cert, *key;
	bool tcp, half; /* half: never end, only wait */
	long limit_ms;
	int fd;
	SSL *ssl;
};

static void __attribute__((noreturn)) say(const char *word)
{
	puts(word);
	exit(0);
}

static int
connect_to(const struct poke *p)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *ai = NULL;
	struct timeval limit = {
	    .tv_sec = p->limit_ms / 1000, .tv_usec = p->limit_ms % 1000 * 1000};
	int fd;

	if (getaddrinfo(p->host, p->port, &hints, &ai) != 0)
		exit(64);
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		say("refused");
	freeaddrinfo(ai);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return fd;
}

static SSL *
handshake(const struct poke *p)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	if (ctx == NULL)
		exit(1);
	if (p->ca != NULL) {
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
		if (SSL_CTX_load_verify_file(ctx, p->ca) != 1)
			exit(64);
	}
	if (p->cert != NULL &&
	    (SSL_CTX_use_certificate_chain_file(ctx, p->cert) != 1 ||
	        SSL_CTX_use_PrivateKey_file(ctx, p->key, SSL_FILETYPE_PEM) !=
	            1))
		exit(64);
	ssl = SSL_new(ctx);
	if (ssl == NULL || SSL_set_fd(ssl, p->fd) != 1)
		exit(1);
	if (SSL_connect(ssl) != 1)
		say("refused");
	return ssl;
}

static bool
put(const struct poke *p, const char *data, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = p->ssl != NULL
		    ? SSL_write(p->ssl, data + done, (int)(len - done))
		    : write(p->fd, data + done, len - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool
send_stdin(const struct poke *p)
{
	static char data[1 << 16];

	for (;;) {
		size_t n = fread(data, 1, sizeof(data), stdin);

		if (n == 0)
			return true;
		if (!put(p, data, n))
			return false;
	}
}

/* A reset that has come already is told here, and never again. */
static bool
end_ours(const struct poke *p)
{
	if (p->ssl != NULL && SSL_shutdown(p->ssl) < 0)
		return false;
	return shutdown(p->fd, SHUT_WR) == 0;
}

static const char *
wait_tcp(const struct poke *p)
{
	char data[4096];

	for (;;) {
		ssize_t n = read(p->fd, data, sizeof(data));

		if (n == 0)
			return "eof";
		if (n == -1)
			return errno == EAGAIN ? "nothing" : "reset";
	}
}

static const char *
wait_tls(const struct poke *p)
{
	char data[4096];
	int n, e;

	do {
		ERR_clear_error();
		errno = 0;
		n = SSL_read(p->ssl, data, sizeof(data));
	} while (n > 0);
	e = SSL_get_error(p->ssl, n);
	if (e == SSL_ERROR_ZERO_RETURN)
		return "close-notify";
	if (e == SSL_ERROR_WANT_READ || errno == EAGAIN)
		return "nothing";
	if (e == SSL_ERROR_SSL &&
	    ERR_GET_REASON(ERR_peek_error()) ==
	        SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return "eof";
	return "reset";
}

static void
parse(struct poke *p, int argc, char **argv)
{
	int opt;

	p->limit_ms = 10000;
	for (;;) {
		opt = getopt(argc, argv, "tha:c:k:w:");
		if (opt == -1)
			break;
		switch (opt) {
		case 't':
			p->tcp = true;
			break;
		case 'h':
			p->half = true;
			break;
		case 'a':
			p->ca = optarg;
			break;
		case 'c':
			p->cert = optarg;
			break;
		case 'k':
			p->key = optarg;
			break;
		case 'w':
			p->limit_ms = strtol(optarg, NULL, 10);
			break;
		default:
			exit(64);
		}
	}
	if (argc - optind != 2) {
		fprintf(stderr,
		    "usage: poke [-t] [-h] [-a CA] [-c CERT -k KEY] "
		    "[-w MS] HOST PORT <octets\n");
		exit(64);
	}
	p->host = argv[optind];
	p->port = argv[optind + 1];
}

int
main(int argc, char **argv)
{
	static struct poke p;

	parse(&p, argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	p.fd = connect_to(&p);
	if (!p.tcp)
		p.ssl = handshake(&p);
	if (!send_stdin(&p))
		say("reset");
	if (!p.half && !end_ours(&p))
		say("reset");
	say(p.ssl != NULL ? wait_tls(&p) : wait_tcp(&p));
}
