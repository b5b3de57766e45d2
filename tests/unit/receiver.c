/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver in a child process. It blocks, one connection at a time.
 */
#include "config.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "receiver.h"

#define CHILD_LIMIT_S 60

/* One connection. */
struct peer {
	const struct receiver_plan *plan;
	struct receiver_log *log;
	struct receiver_seen *seen;
	int fd;
	SSL *ssl; /* NULL: plain TCP */
};

static int listen_somewhere(uint16_t *ret_port);
static void serve(
    int listener, const struct receiver_plan *plan, struct receiver_log *log);
static void serve_one(struct peer *peer, enum receiver_deed deed);
static void do_deed(struct peer *peer, enum receiver_deed deed);
static SSL_CTX *make_context(const struct receiver_plan *plan);
static int on_hello(SSL *ssl, int *alert, void *arg);
static void note_name(struct receiver_seen *seen, SSL *ssl);
static bool read_up_to(struct peer *peer, size_t octets, bool talk);
static int read_once(struct peer *peer, char *data, int size);
static void say_end(struct peer *peer);
static void reset(int fd);
static void fail(const char *what);

void
receiver_start(struct receiver *r, const struct receiver_plan *plan)
{
	int listener = listen_somewhere(&r->port);

	r->log = mmap(NULL, sizeof(*r->log), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->log == MAP_FAILED)
		fail("mmap");
	(void)snprintf(r->server, sizeof(r->server), "127.0.0.1:%u", r->port);
	r->pid = fork();
	if (r->pid == -1)
		fail("fork");
	if (r->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(CHILD_LIMIT_S);
		serve(listener, plan, r->log);
	}
	(void)close(listener);
}

void
receiver_stop(struct receiver *r)
{
	if (r->log == NULL)
		return;
	(void)kill(r->pid, SIGKILL);
	(void)waitpid(r->pid, NULL, 0);
	(void)munmap(r->log, sizeof(*r->log));
	r->log = NULL;
}

void
receiver_await_gate(const struct receiver *r)
{
	int status;

	if (waitpid(r->pid, &status, WUNTRACED) != r->pid ||
	    !WIFSTOPPED(status))
		fail("the receiver did not stop");
}

void
receiver_open_gate(const struct receiver *r)
{
	(void)kill(r->pid, SIGCONT);
}

static int
listen_somewhere(uint16_t *ret_port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
		fail("listen");
	*ret_port = ntohs(addr.sin_port);
	return fd;
}

static void
serve(int listener, const struct receiver_plan *plan, struct receiver_log *log)
{
	SSL_CTX *ctx = plan->folder != NULL ? make_context(plan) : NULL;

	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < RECEIVER_SEEN_MAX; i++) {
		struct peer peer = {.plan = plan, .log = log};

		peer.seen = &log->seen[i];
		if (i != 0)
			peer.seen->start =
			    log->seen[i - 1].start + log->seen[i - 1].len;
		peer.fd = accept(listener, NULL, NULL);
		if (peer.fd == -1)
			break;
		log->count = i + 1;
		if (ctx != NULL) {
			SSL_CTX_set_client_hello_cb(ctx, on_hello, peer.seen);
			peer.ssl = SSL_new(ctx);
			(void)SSL_set_fd(peer.ssl, peer.fd);
		}
		serve_one(&peer, plan->deeds[i]);
		SSL_free(peer.ssl);
		(void)close(peer.fd);
		peer.seen->done = true;
	}
	_exit(0);
}

static void
serve_one(struct peer *peer, enum receiver_deed deed)
{
	if (deed == RECEIVER_MUTE)
		(void)pause();
	if (peer->ssl != NULL) {
		if (SSL_accept(peer->ssl) != 1)
			return;
		peer->seen->resumed = SSL_session_reused(peer->ssl) == 1;
	}
	peer->seen->shaken = true;
	do_deed(peer, deed);
}

static void
do_deed(struct peer *peer, enum receiver_deed deed)
{
	/* RFC 8446, section 6: fatal, protocol_version. */
	static const unsigned char alert[] = {0x15, 3, 3, 0, 2, 2, 70};
	size_t octets = peer->plan->octets;

	switch (deed) {
	case RECEIVER_GATE:
		(void)raise(SIGSTOP);
		/* FALLTHROUGH */
	case RECEIVER_ANSWER:
	case RECEIVER_TALK:
		if (read_up_to(peer, SIZE_MAX, deed == RECEIVER_TALK))
			say_end(peer);
		return;
	case RECEIVER_EOF:
		(void)read_up_to(peer, SIZE_MAX, false);
		return;
	case RECEIVER_RESET:
		(void)read_up_to(peer, octets, false);
		reset(peer->fd);
		return;
	case RECEIVER_LIMIT:
		(void)read_up_to(peer, octets + 1, false);
		if (peer->seen->clean)
			say_end(peer);
		else
			reset(peer->fd);
		return;
	case RECEIVER_CLOSE:
		(void)read_up_to(peer, octets, false);
		say_end(peer);
		return;
	case RECEIVER_SILENT:
		(void)read_up_to(peer, SIZE_MAX, false);
		(void)pause();
		return;
	case RECEIVER_STUCK:
		(void)read_up_to(peer, octets, false);
		(void)pause();
		return;
	case RECEIVER_HALF:
		say_end(peer);
		(void)shutdown(peer->fd, SHUT_WR);
		(void)raise(SIGSTOP);
		(void)read_up_to(peer, SIZE_MAX, false);
		return;
	case RECEIVER_AGAIN:
		if (SSL_renegotiate(peer->ssl) != 1 ||
		    SSL_do_handshake(peer->ssl) != 1)
			fail("renegotiation");
		(void)read_up_to(peer, SIZE_MAX, false);
		return;
	case RECEIVER_ALERT:
		(void)read_up_to(peer, octets, false);
		(void)send(peer->fd, alert, sizeof(alert), MSG_NOSIGNAL);
		(void)read_up_to(peer, SIZE_MAX, false);
		return;
	case RECEIVER_MUTE:
		return;
	}
}

static SSL_CTX *
make_context(const struct receiver_plan *plan)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char path[3][PATH_MAX];

	(void)snprintf(
	    path[0], PATH_MAX, "%s/%s.pem", plan->folder, plan->cert);
	(void)snprintf(
	    path[1], PATH_MAX, "%s/%s.key", plan->folder, plan->cert);
	(void)snprintf(path[2], PATH_MAX, "%s/ca.pem", plan->folder);
	if (ctx == NULL ||
	    SSL_CTX_use_certificate_chain_file(ctx, path[0]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, path[1], SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_load_verify_locations(ctx, path[2], NULL) != 1)
		fail("certificates");
	/* Debian's level 2 knows no TLS 1.1; the test wants it. */
	SSL_CTX_set_security_level(ctx, 0);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_1_VERSION);
	(void)SSL_CTX_set_max_proto_version(ctx, plan->max_version);
	(void)SSL_CTX_set_session_id_context(
	    ctx, (const unsigned char *)"test", 4);
	if (plan->demand)
		SSL_CTX_set_verify(ctx,
		    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return ctx;
}

static int
on_hello(SSL *ssl, int *alert, void *arg)
{
	struct receiver_seen *seen = arg;
	const unsigned char *suites, *data;
	size_t len = SSL_client_hello_get0_ciphers(ssl, &suites);

	(void)alert;
	for (size_t i = 0;
	     i + 1 < len && seen->suite_count < RECEIVER_SUITES_MAX; i += 2)
		seen->suites[seen->suite_count++] =
		    (uint16_t)(suites[i] << 8 | suites[i + 1]);
	seen->early_data = SSL_client_hello_get0_ext(
	                       ssl, TLSEXT_TYPE_early_data, &data, &len) == 1;
	note_name(seen, ssl);
	return SSL_CLIENT_HELLO_SUCCESS;
}

/* RFC 6066 section 3: list length, type, name length, name. */
static void
note_name(struct receiver_seen *seen, SSL *ssl)
{
	const unsigned char *data;
	size_t len;

	if (!SSL_client_hello_get0_ext(
	        ssl, TLSEXT_TYPE_server_name, &data, &len) ||
	    len < 5 || len - 5 >= sizeof(seen->sni))
		return;
	memcpy(seen->sni, data + 5, len - 5);
	seen->sni[len - 5] = '\0';
}

/* False when the end came before so many octets and was not clean. */
static bool
read_up_to(struct peer *peer, size_t octets, bool talk)
{
	char data[65536];
	int size = peer->plan->slow ? 4096 : (int)sizeof(data);

	while (peer->seen->len < octets) {
		int len = read_once(peer, data, size);
		size_t at = peer->seen->start + peer->seen->len;

		if (len <= 0)
			return peer->seen->clean;
		if (at + (size_t)len > RECEIVER_DATA_MAX)
			fail("the receiver's memory is full");
		memcpy(peer->log->data + at, data, (size_t)len);
		peer->seen->len += (size_t)len;
		if (talk && peer->ssl != NULL)
			(void)SSL_write(peer->ssl, data, len);
		else if (talk)
			(void)send(peer->fd, data, (size_t)len, 0);
	}
	return true;
}

static int
read_once(struct peer *peer, char *data, int size)
{
	int len;

	if (peer->ssl == NULL) {
		len = (int)recv(peer->fd, data, (size_t)size, 0);
		peer->seen->clean |= len == 0;
		return len;
	}
	len = SSL_read(peer->ssl, data, size);
	if (len <= 0)
		peer->seen->clean =
		    SSL_get_error(peer->ssl, len) == SSL_ERROR_ZERO_RETURN;
	return len;
}

static void
say_end(struct peer *peer)
{
	if (peer->ssl != NULL)
		(void)SSL_shutdown(peer->ssl);
}

static void
reset(int fd)
{
	const struct linger linger = {1, 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void
fail(const char *what)
{
	perror(what);
	abort();
}
