/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1, and the connection is closed after each reply.
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

#include "canned.h"
#include "certs.h"
#include "spool_kit.h"

#define CHILD_LIMIT_S 60

char *canned_folder;

static void serve(int listener, SSL_CTX *ctx,
    const struct canned_reply *replies, struct canned_log *log);
static void serve_one(
    SSL *ssl, const struct canned_reply *replies, struct canned_log *log);
static size_t read_request(SSL *ssl, char *request);
static void answer(SSL *ssl, const struct canned_reply *reply);
static int listen_somewhere(struct canned *canned);
static SSL_CTX *make_context(void);
static void fail(const char *what);

int
canned_setup(void **state)
{
	(void)state;
	canned_folder = kit_folder();
	return certs_write_all(canned_folder);
}

int
canned_teardown(void **state)
{
	(void)state;
	kit_remove(canned_folder);
	return 0;
}

void
canned_start(struct canned *canned, const struct canned_reply *replies)
{
	int listener = listen_somewhere(canned);

	canned->log = mmap(NULL, sizeof(*canned->log), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (canned->log == MAP_FAILED)
		fail("mmap");
	canned->pid = fork();
	if (canned->pid == -1)
		fail("fork");
	if (canned->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(CHILD_LIMIT_S);
		(void)signal(SIGPIPE, SIG_IGN);
		serve(listener, make_context(), replies, canned->log);
	}
	(void)close(listener);
}

void
canned_stop(struct canned *canned)
{
	(void)kill(canned->pid, SIGKILL);
	(void)waitpid(canned->pid, NULL, 0);
	(void)munmap(canned->log, sizeof(*canned->log));
}

static void
serve(int listener, SSL_CTX *ctx, const struct canned_reply *replies,
    struct canned_log *log)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		SSL *ssl = SSL_new(ctx);

		if (fd == -1 || ssl == NULL)
			_exit(1);
		(void)SSL_set_fd(ssl, fd);
		if (SSL_accept(ssl) == 1)
			serve_one(ssl, replies, log);
		SSL_free(ssl);
		(void)close(fd);
	}
}

static void
serve_one(SSL *ssl, const struct canned_reply *replies, struct canned_log *log)
{
	static const struct canned_reply none = {"", "404 Not Found", "", "{}"};
	char *request = log->requests[log->count % CANNED_REQUESTS_MAX];
	const struct canned_reply *reply = replies;

	if (read_request(ssl, request) == 0)
		return;
	log->count++;
	while (reply->path != NULL && strstr(request, reply->path) == NULL)
		reply++;
	answer(ssl, reply->path != NULL ? reply : &none);
	(void)SSL_shutdown(ssl);
}

/* To the blank line; 0 when there is none. */
static size_t
read_request(SSL *ssl, char *request)
{
	size_t len = 0;
	int n;

	do {
		n = SSL_read(
		    ssl, request + len, (int)(CANNED_REQUEST_MAX - 1 - len));
		if (n <= 0)
			return 0;
		len += (size_t)n;
		request[len] = '\0';
	} while (strstr(request, "\r\n\r\n") == NULL);
	return len;
}

static void
answer(SSL *ssl, const struct canned_reply *reply)
{
	char head[1024];
	int len = snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n"
	    "%s\r\n",
	    reply->status, strlen(reply->body), reply->headers);

	(void)SSL_write(ssl, head, len);
	if (reply->body[0] != '\0')
		(void)SSL_write(ssl, reply->body, (int)strlen(reply->body));
}

static int
listen_somewhere(struct canned *canned)
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
	(void)snprintf(canned->host, sizeof(canned->host), "127.0.0.1:%u",
	    (unsigned)ntohs(addr.sin_port));
	return fd;
}

static SSL_CTX *
make_context(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char path[2][PATH_MAX];

	(void)snprintf(path[0], PATH_MAX, "%s/server.pem", canned_folder);
	(void)snprintf(path[1], PATH_MAX, "%s/server.key", canned_folder);
	if (ctx == NULL ||
	    SSL_CTX_use_certificate_chain_file(ctx, path[0]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, path[1], SSL_FILETYPE_PEM) != 1)
		fail("certificates");
	return ctx;
}

static void
fail(const char *what)
{
	perror(what);
	abort();
}
