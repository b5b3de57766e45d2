/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status server with real sockets: what it answers, and that nobody who
 * asks in an odd way, or in great numbers, keeps others from an answer.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/http_server.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/watch.h"

#define CROWD 300
#define LIMIT_MS 8000
#define HALF "GET /metrics HTTP/1.1\r\nX: "
#define WHOLE "GET /metrics?a=b HTTP/1.1\r\nHost: x\r\nAccept: text/x\r\n\r\n"

static struct loop *loop;
static struct http_server *server;
static struct timer *limit;
static int served;

/* What a peer gets until the server ends the connection. */
struct peer {
	int fd;
	struct watch *watch;
	char got[4096];
	size_t len;
};

static int
serve(const char *path, const char *accept, struct buf *body,
    const char **ret_type, void *arg)
{
	assert_ptr_equal(arg, &server);
	*ret_type = "text/x";
	served++;
	(void)buf_printf(body, "%s %s\n", path, accept);
	return strcmp(path, "/metrics") == 0 ? 200 : 404;
}

static void
on_limit(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static void
run(int64_t ms)
{
	timer_set(limit, ms);
	loop_run(loop);
}

/* The port that the kernel has chosen for the one socket that listens. */
static in_port_t
port_of_server(void)
{
	for (int fd = 3; fd < 64; fd++) {
		struct sockaddr_in a;
		socklen_t len = sizeof(a), size = sizeof(int);
		int listens = 0;

		if (getsockopt(
		        fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
		    listens && getsockname(fd, (void *)&a, &len) == 0)
			return a.sin_port;
	}
	fail();
	return 0;
}

static int
begin(void **state)
{
	(void)state;
	loop = loop_new(NULL);
	limit = timer_new(loop, on_limit, NULL);
	served = 0;
	return http_server_new(
	    &server, loop, "127.0.0.1:0", serve, &server, NULL);
}

static int
end(void **state)
{
	(void)state;
	http_server_free(server);
	timer_free(limit);
	loop_free(loop);
	return 0;
}

static int
tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd != -1);
	return fd;
}

static void
say(int fd, const char *text)
{
	const struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = port_of_server(),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	assert_int_equal(connect(fd, (const void *)&a, sizeof(a)), 0);
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void
on_answer(unsigned ready, void *arg)
{
	struct peer *p = arg;
	ssize_t n = recv(
	    p->fd, p->got + p->len, sizeof(p->got) - 1 - p->len, MSG_DONTWAIT);

	(void)ready;
	if (n > 0)
		p->len += (size_t)n;
	else
		loop_stop(loop);
}

static void
hear(struct peer *p)
{
	p->watch = watch_new(loop, p->fd, on_answer, p);
	watch_set(p->watch, WATCH_READ);
	run(LIMIT_MS);
	watch_free(p->watch);
	(void)close(p->fd);
	p->got[p->len] = '\0';
}

static void
ask(struct peer *p, const char *text)
{
	*p = (struct peer){.fd = tcp_socket()};
	say(p->fd, text);
	hear(p);
}

static void
expect(const char *text, const char *answer)
{
	struct peer p;

	ask(&p, text);
	if (strncmp(p.got, answer, strlen(answer)) != 0)
		fail_msg("%s\nbrings %s", text, p.got);
}

static void
each_kind_of_request_has_its_answer(void **state)
{
	struct peer p;

	(void)state;
	ask(&p, WHOLE);
	assert_non_null(strstr(p.got, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(p.got, "\r\nContent-Type: text/x\r\n"));
	assert_non_null(strstr(p.got, "\r\nContent-Length: 16\r\n"));
	assert_string_equal(
	    strstr(p.got, "\r\n\r\n"), "\r\n\r\n/metrics text/x\n");
	ask(&p, "HEAD /metrics HTTP/1.0\n\n");
	assert_non_null(strstr(p.got, "\r\nContent-Length: 10\r\n"));
	assert_string_equal(strstr(p.got, "\r\n\r\n"), "\r\n\r\n");
	expect("GET http://a:1/metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 200 ");
	expect("GET http://a:1 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n");
	expect("POST /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nab",
	    "HTTP/1.1 405 ");
	expect("GET /metrics HTTP/2.0\r\n\r\n", "HTTP/1.1 505 ");
	expect("GET metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
	expect("GET /metrics\r\n\r\n", "HTTP/1.1 400 ");
	expect("\r\n\r\n", "HTTP/1.1 400 ");
}

static void
a_head_without_end_is_refused(void **state)
{
	static char text[9001];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	expect(text, "HTTP/1.1 431 ");
	assert_int_equal(served, 0);
}

static void
of_requests_in_one_go_the_first_is_answered(void **state)
{
	struct peer p;

	(void)state;
	ask(&p, WHOLE WHOLE WHOLE);
	assert_non_null(strstr(p.got, "HTTP/1.1 200 OK\r\n"));
	assert_int_equal(served, 1);
}

static void
a_crowd_that_asks_nothing_keeps_nobody_out(void **state)
{
	int crowd[CROWD], left = 0;
	char octet;

	(void)state;
	for (int i = 0; i < CROWD; i++) {
		crowd[i] = tcp_socket();
		say(crowd[i], HALF);
		run(1);
	}
	expect(WHOLE, "HTTP/1.1 200 ");
	for (int i = 0; i < CROWD; i++) {
		left += recv(crowd[i], &octet, 1, MSG_DONTWAIT) == -1;
		(void)close(crowd[i]);
	}
	if (left > 64)
		fail_msg("%d connections are held", left);
}

/* Out of descriptors it rests instead of spinning, and then goes on. */
static void
without_descriptors_it_rests(void **state)
{
	struct peer p = {.fd = tcp_socket()};
	struct rlimit whole, none;
	clock_t used;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &whole), 0);
	none = whole;
	none.rlim_cur = (rlim_t)p.fd;
	say(p.fd, WHOLE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	used = clock();
	run(600);
	used = clock() - used;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &whole), 0);
	assert_int_equal(served, 0);
	assert_true(used < CLOCKS_PER_SEC / 4);
	hear(&p);
	assert_int_equal(served, 1);
}

static void
an_address_of_no_use_is_refused(void **state)
{
	struct http_server *other;
	char text[64];
	struct err err;

	(void)state;
	assert_int_equal(
	    http_server_new(&other, loop, "nonsense", serve, NULL, &err), -1);
	assert_int_equal(err.code, ERR_BAD);
	(void)snprintf(
	    text, sizeof(text), "127.0.0.1:%u", ntohs(port_of_server()));
	assert_int_equal(
	    http_server_new(&other, loop, text, serve, NULL, &err), -1);
	assert_non_null(strstr(err.text, "Address already in use"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(each_kind_of_request_has_its_answer),
	    TEST(a_head_without_end_is_refused),
	    TEST(of_requests_in_one_go_the_first_is_answered),
	    TEST(a_crowd_that_asks_nothing_keeps_nobody_out),
	    TEST(without_descriptors_it_rests),
	    TEST(an_address_of_no_use_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
