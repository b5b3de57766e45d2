/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line server with real sockets: its protocol and its limits.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/unix.h"
#include "io/unix_call.h"
#include "unix_peer.h"

#define BIG (8U << 20)

static struct loop *loop;
static struct unix_server *server;
static struct unix_request *kept; /* by "keep", until "release" */
static struct timer *timer;

static void
later(void *arg)
{
	struct unix_request *request = arg;

	(void)unix_put(request, "late\n", 5);
	unix_end(request);
	timer_free(timer);
	timer = NULL;
}

static void
last_piece(void *arg)
{
	struct unix_request *request = arg;

	(void)unix_put(request, "three\n", 6);
	unix_end(request);
	timer_free(timer);
	timer = NULL;
}

/* Some now, the rest, or the bad end, later. */
static void
put_pieces(struct unix_request *request, bool good)
{
	(void)unix_put(request, "one\n", 4);
	assert_int_equal(unix_flush(request), 0);
	assert_int_equal(unix_flush(request), 0);
	(void)unix_put(request, "two\n", 4);
	assert_int_equal(unix_flush(request), 0);
	if (good) {
		timer = timer_new(loop, last_piece, request);
		timer_set(timer, 50);
		return;
	}
	(void)unix_put(request, "half", 4);
	unix_fail(request, "unwell", "it is");
}

/* Longer than all of it may take, but for the pieces in between. */
static void
next_piece(void *arg)
{
	static int pieces;

	if (++pieces % 8 == 0) {
		last_piece(arg);
		return;
	}
	(void)unix_put(arg, ".", 1);
	(void)unix_flush(arg);
	timer_set(timer, 500);
}

static void
put_big(struct unix_request *request, size_t len)
{
	char *big = xcalloc(1, len);

	memset(big, 'x', len);
	(void)unix_put(request, big, len);
	unix_end(request);
	free(big);
}

static void
serve(struct unix_request *request, const char *line, void *arg)
{
	assert_ptr_equal(arg, &server);
	if (strcmp(line, "later") == 0) {
		timer = timer_new(loop, later, request);
		timer_set(timer, 10);
	} else if (strcmp(line, "big") == 0) {
		put_big(request, BIG);
	} else if (strcmp(line, "toobig") == 0) {
		put_big(request, UNIX_QUEUE_MAX + 1);
	} else if (strncmp(line, "pieces", 6) == 0) {
		put_pieces(request, line[6] == '\0');
	} else if (strcmp(line, "long") == 0) {
		timer = timer_new(loop, next_piece, request);
		timer_set(timer, 500);
	} else if (strcmp(line, "keep") == 0) {
		kept = request;
	} else if (strcmp(line, "release") == 0) {
		unix_end(request);
		(void)unix_put(kept, "kept", 4);
		unix_end(kept);
		kept = NULL;
	} else if (strcmp(line, "fail") == 0) {
		(void)unix_put(request, "half", 4);
		unix_fail(request, "failed", "because\nof %d", 7);
	} else {
		(void)unix_put(request, line, strlen(line));
		(void)unix_put(request, "\n", 1);
		unix_end(request);
	}
}

static int
start_with(const struct unix_limits *limits)
{
	struct err err = {0};

	loop = loop_new(&err);
	assert_non_null(loop);
	kept = NULL;
	if (unix_server_new(&server, loop, unix_peer_path(), limits, serve,
	        &server, &err) == -1)
		fail_msg("%s", err.text);
	return 0;
}

static int
start(void **state)
{
	(void)state;
	return start_with(&unix_limits_default);
}

static int
start_hasty(void **state)
{
	static const struct unix_limits hasty = {100, 100, 2000};

	(void)state;
	return start_with(&hasty);
}

static int
stop(void **state)
{
	(void)state;
	unix_server_free(server);
	loop_free(loop);
	unix_peer_remove();
	return 0;
}

static int
is(const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return 0;
	(void)fprintf(stderr, "got \"%s\", want \"%s\"\n", got, want);
	return 1;
}

static int
ask_plain(void)
{
	return is(unix_peer_ask("hello there\n"), "ok 12\nhello there\n") +
	    is(unix_peer_ask("\n"), "ok 1\n\n") +
	    is(unix_peer_ask("one\ntwo\n"), "ok 4\none\n") +
	    is(unix_peer_ask("a\tb\n"),
	        "error usage a control character: take it out\n") +
	    is(unix_peer_ask("fail\n"), "error failed because of 7\n") +
	    is(unix_peer_ask("later\n"), "ok 5\nlate\n");
}

static void
a_request_is_answered_now_or_later(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_plain);
}

static int
ask_in_pieces(void)
{
	int fd = unix_peer_dial();
	int wrong;

	for (const char *p = "hello\n"; *p != '\0'; p++) {
		unix_peer_send(fd, p, 1);
		/* Another one between each two, so that the loop has run. */
		if (is(unix_peer_ask("x\n"), "ok 2\nx\n") != 0)
			return 1;
	}
	wrong = is(unix_peer_read(fd, NULL), "ok 6\nhello\n");
	(void)close(fd);
	return wrong;
}

static void
a_line_may_come_in_pieces(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_in_pieces);
}

static int
ask_at_length(void)
{
	static char line[UNIX_LINE_MAX + 2], want[UNIX_LINE_MAX + 32];
	int wrong;

	memset(line, 'a', UNIX_LINE_MAX);
	line[UNIX_LINE_MAX] = '\n';
	(void)snprintf(
	    want, sizeof(want), "ok %d\n%s", UNIX_LINE_MAX + 1, line);
	wrong = is(unix_peer_ask(line), want);
	line[UNIX_LINE_MAX] = 'a';
	return wrong +
	    is(unix_peer_ask(line),
	        "error usage the request is too long: shorten it\n");
}

static void
a_line_has_a_ceiling(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_at_length);
}

static int
ask_half_closed(void)
{
	int fd = unix_peer_dial();
	int wrong;

	unix_peer_send(fd, "later\n", 6);
	(void)shutdown(fd, SHUT_WR);
	wrong = is(unix_peer_read(fd, NULL), "ok 5\nlate\n");
	(void)close(fd);
	return wrong;
}

static void
a_client_may_say_that_it_is_done(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_half_closed);
}

static int
ask_big(void)
{
	int fd = unix_peer_dial();
	size_t len;
	const char *got;

	unix_peer_send(fd, "big\n", 4);
	got = unix_peer_read(fd, &len);
	(void)close(fd);
	return len != BIG + strlen("ok 8388608\n") ||
	    strncmp(got, "ok 8388608\nxxx", 14) != 0 ||
	    is(unix_peer_ask("toobig\n"),
	        "error failed the answer is too long: ask for less\n") != 0;
}

static void
a_body_has_a_ceiling(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_big);
}

/* Connections fill up; those that wait are answered, the others told. */
static int
ask_with_many(void)
{
	int fds[UNIX_CLIENTS_MAX + 1];
	int wrong = 0;

	for (int i = 0; i < UNIX_CLIENTS_MAX; i++)
		fds[i] = unix_peer_dial();
	fds[UNIX_CLIENTS_MAX] = unix_peer_dial();
	wrong += is(unix_peer_read(fds[UNIX_CLIENTS_MAX], NULL),
	    "error busy 32 others are being answered: end some that take "
	    "long (cefctl poll, replay or test), or ask again in a moment\n");
	for (int i = 0; i < UNIX_CLIENTS_MAX; i++)
		unix_peer_send(fds[i], "hello\n", 6);
	for (int i = 0; i < UNIX_CLIENTS_MAX; i++)
		wrong += is(unix_peer_read(fds[i], NULL), "ok 6\nhello\n");
	for (int i = 0; i <= UNIX_CLIENTS_MAX; i++)
		(void)close(fds[i]);
	return wrong;
}

static void
many_clients_are_served_and_too_many_told(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_with_many);
}

static int
leave_early(void)
{
	int fd = unix_peer_dial();
	int other = unix_peer_dial();

	unix_peer_send(fd, "keep\n", 5);
	unix_peer_send(other, "no line end", 11);
	/* Answered behind it, so the server has it. */
	if (is(unix_peer_ask("x\n"), "ok 2\nx\n") != 0)
		return 1;
	(void)close(fd);
	(void)close(other);
	return is(unix_peer_ask("release\n"), "ok 0\n");
}

static void
a_client_that_leaves_harms_nobody(void **state)
{
	(void)state;
	unix_peer_run(loop, leave_early);
	assert_null(kept);
}

static int
keep_and_wait(void)
{
	int fd = unix_peer_dial();

	unix_peer_send(fd, "keep\n", 5);
	return is(unix_peer_ask("x\n"), "ok 2\nx\n");
}

static void
a_request_may_end_after_its_server(void **state)
{
	(void)state;
	unix_peer_run(loop, keep_and_wait);
	assert_non_null(kept);
	unix_server_free(server);
	server = NULL;
	assert_int_equal(unix_put(kept, "x", 1), -1);
	unix_end(kept);
}

/* Says nothing; sends a piece; asks and does not read; is not answered. */
static int
dawdle(void)
{
	int silent = unix_peer_dial();
	int slow = unix_peer_dial();
	int deaf = unix_peer_dial();
	int unheard = unix_peer_dial();
	int wrong;
	size_t len;

	unix_peer_send(slow, "hel", 3);
	unix_peer_send(deaf, "big\n", 4);
	unix_peer_send(unheard, "keep\n", 5);
	wrong = is(unix_peer_read(silent, NULL), "") +
	    is(unix_peer_read(slow, NULL), "") +
	    is(unix_peer_read(unheard, NULL), "");
	/* By now the deaf one has been given up: its answer is cut. */
	(void)unix_peer_read(deaf, &len);
	return wrong + (len >= BIG);
}

static void
a_client_that_dawdles_is_given_up(void **state)
{
	(void)state;
	unix_peer_run(loop, dawdle);
	assert_non_null(kept);
	unix_end(kept);
}

static void
the_socket_is_for_owner_and_group(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(unix_peer_path(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
}

static void
a_living_socket_is_left_alone(void **state)
{
	struct unix_server *second = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(unix_server_new(&second, loop, unix_peer_path(),
	                     &unix_limits_default, serve, &server, &err),
	    -1);
	assert_int_equal(err.code, ERR_BAD);
	assert_non_null(strstr(err.text, "another process answers on it"));
	unix_peer_run(loop, ask_plain);
}

static void
a_dead_socket_is_taken_over(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	(void)state;
	unix_server_free(server);
	assert_int_equal(access(unix_peer_path(), F_OK), -1);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	memcpy(address.sun_path, unix_peer_path(), strlen(unix_peer_path()));
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	(void)close(fd);
	loop_free(loop);
	(void)start_with(&unix_limits_default);
	unix_peer_run(loop, ask_plain);
}

static void
what_is_no_socket_is_left_alone(void **state)
{
	struct err err = {0};
	FILE *file;

	(void)state;
	unix_server_free(server);
	server = NULL;
	file = fopen(unix_peer_path(), "w");
	assert_non_null(file);
	(void)fclose(file);
	assert_int_equal(unix_server_new(&server, loop, unix_peer_path(),
	                     &unix_limits_default, serve, &server, &err),
	    -1);
	assert_int_equal(err.code, ERR_BAD);
	assert_int_equal(access(unix_peer_path(), F_OK), 0);
}

static int
take(const char *data, size_t len, void *arg)
{
	size_t *total = arg;

	*total += len;
	return data[0] == 'x' || data[0] == 'l' ? 0 : -1;
}

static int
call(void)
{
	char code[UNIX_CODE_MAX];
	struct err err;
	size_t total = 0;
	int wrong = 0;

	wrong += unix_call(unix_peer_path(), "big", 5000, take, &total, code,
	             &err) != UNIX_OK;
	wrong += total != BIG;
	wrong += unix_call(unix_peer_path(), "later", 5000, take, &total, code,
	             &err) != UNIX_OK;
	wrong += unix_call(unix_peer_path(), "fail", 5000, take, &total, code,
	             &err) != UNIX_REFUSED;
	wrong += is(code, "failed") + is(err.text, "because of 7");
	wrong += unix_call(unix_peer_path(), "keep", 50, take, &total, code,
	             &err) != UNIX_BROKEN;
	wrong += is(err.text, "no answer in time");
	wrong += unix_call("/nowhere/s", "x", 50, take, &total, code, &err) !=
	    UNIX_ABSENT;
	return wrong;
}

static int
ask_in_pieces_of_the_answer(void)
{
	return is(unix_peer_ask("pieces\n"),
	           "more 4\none\nmore 4\ntwo\nok 6\nthree\n") +
	    is(unix_peer_ask("pieces bad\n"),
	        "more 4\none\nmore 4\ntwo\nerror unwell it is\n");
}

static int
gather(const char *data, size_t len, void *arg)
{
	struct buf *got = arg;

	return buf_put(got, data, len);
}

/* A call whose whole body must be `want`. */
static int
body_is(const char *line, enum unix_result result, const char *want)
{
	char code[UNIX_CODE_MAX];
	struct err err;
	struct buf got;
	int wrong = 0;

	buf_init(&got, 100);
	if (unix_call(unix_peer_path(), line, 5000, gather, &got, code, &err) !=
	    result)
		wrong++;
	if (result == UNIX_REFUSED)
		wrong += is(code, "unwell") + is(err.text, "it is");
	(void)buf_putc(&got, '\0');
	wrong += is(got.data, want);
	buf_clear(&got);
	return wrong;
}

static int
call_for_pieces(void)
{
	return body_is("pieces", UNIX_OK, "one\ntwo\nthree\n") +
	    body_is("pieces bad", UNIX_REFUSED, "one\ntwo\n");
}

static void
an_answer_may_go_out_in_pieces(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_in_pieces_of_the_answer);
	unix_peer_run(loop, call_for_pieces);
}

static void
the_calling_end_tells_how_it_went(void **state)
{
	(void)state;
	unix_peer_run(loop, call);
	assert_non_null(kept);
	unix_end(kept);
}

static int
ask_at_leisure(void)
{
	return is(unix_peer_ask("long\n"),
	    "more 1\n.more 1\n.more 1\n.more 1\n.more 1\n.more 1\n.more 1\n."
	    "ok 6\nthree\n");
}

static void
pieces_buy_time(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_at_leisure);
}

#define WITH(start, name) cmocka_unit_test_setup_teardown(name, start, stop)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    WITH(start, a_request_is_answered_now_or_later),
	    WITH(start, a_line_may_come_in_pieces),
	    WITH(start, a_line_has_a_ceiling),
	    WITH(start, a_client_may_say_that_it_is_done),
	    WITH(start, a_body_has_a_ceiling),
	    WITH(start, many_clients_are_served_and_too_many_told),
	    WITH(start, a_client_that_leaves_harms_nobody),
	    WITH(start, a_request_may_end_after_its_server),
	    WITH(start_hasty, a_client_that_dawdles_is_given_up),
	    WITH(start_hasty, pieces_buy_time),
	    WITH(start, the_socket_is_for_owner_and_group),
	    WITH(start, a_living_socket_is_left_alone),
	    WITH(start, a_dead_socket_is_taken_over),
	    WITH(start, what_is_no_socket_is_left_alone),
	    WITH(start, the_calling_end_tells_how_it_went),
	    WITH(start, an_answer_may_go_out_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
