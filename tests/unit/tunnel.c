/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a CONNECT, then carries octets both ways until one side ends.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tunnel.h"

#define CHILD_LIMIT_S 60

static void serve(int listener, const char *refuse, char *request);
static int read_request(int fd, char *request);
static int reach(const char *request);
static void carry(int a, int b);
static int carry_some(int from, int to);
static void say(int fd, const char *status);

void
tunnel_start(struct tunnel *tunnel, const char *refuse)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	tunnel->request = mmap(NULL, TUNNEL_REQUEST_MAX, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tunnel->request == MAP_FAILED || fd == -1 ||
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
		abort();
	(void)snprintf(tunnel->url, sizeof(tunnel->url), "http://127.0.0.1:%u",
	    (unsigned)ntohs(addr.sin_port));
	tunnel->pid = fork();
	if (tunnel->pid == -1)
		abort();
	if (tunnel->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(CHILD_LIMIT_S);
		serve(fd, refuse, tunnel->request);
	}
	(void)close(fd);
}

void
tunnel_stop(struct tunnel *tunnel)
{
	(void)kill(tunnel->pid, SIGKILL);
	(void)waitpid(tunnel->pid, NULL, 0);
	(void)munmap(tunnel->request, TUNNEL_REQUEST_MAX);
}

static void
serve(int listener, const char *refuse, char *request)
{
	for (;;) {
		int client = accept(listener, NULL, NULL), server = -1;

		if (client == -1)
			_exit(1);
		if (read_request(client, request) == 0 && refuse == NULL)
			server = reach(request);
		say(client,
		    server != -1         ? "200 OK"
		        : refuse != NULL ? refuse
		                         : "502 Cannot");
		if (server != -1) {
			carry(client, server);
			(void)close(server);
		}
		(void)close(client);
	}
}

/* To the blank line. */
static int
read_request(int fd, char *request)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = recv(fd, request + len, TUNNEL_REQUEST_MAX - 1 - len, 0);
		if (n <= 0)
			return -1;
		len += (size_t)n;
		request[len] = '\0';
	} while (strstr(request, "\r\n\r\n") == NULL);
	return 0;
}

/* The port that it names, here. */
static int
reach(const char *request)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	const char *colon = strchr(request, ':');
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (colon != NULL)
		addr.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void
carry(int a, int b)
{
	struct pollfd both[2] = {
	    {.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};

	while (poll(both, 2, -1) > 0)
		if ((both[0].revents != 0 && carry_some(a, b) == -1) ||
		    (both[1].revents != 0 && carry_some(b, a) == -1))
			return;
}

static int
carry_some(int from, int to)
{
	char data[4096];
	ssize_t n = recv(from, data, sizeof(data), 0);

	if (n <= 0)
		return -1;
	return send(to, data, (size_t)n, MSG_NOSIGNAL) == n ? 0 : -1;
}

static void
say(int fd, const char *status)
{
	char head[100];
	int len = snprintf(head, sizeof(head), "HTTP/1.1 %s\r\n\r\n", status);

	(void)send(fd, head, (size_t)len, MSG_NOSIGNAL);
}
