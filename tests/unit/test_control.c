/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said over the control socket reaches the right hook.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "daemon/control.h"
#include "daemon/stats.h"
#include "io/loop.h"
#include "io/unix.h"
#include "unix_peer.h"

static struct loop *loop;
static struct control *control;

static const struct stats *
stats(void *arg)
{
	static const struct stats none = {.version = "7"};

	assert_ptr_equal(arg, &control);
	return &none;
}

static void
answer(struct unix_request *request, const char *what, const char *source)
{
	char text[100];
	int len = snprintf(text, sizeof(text), "%s(%s)", what,
	    source != NULL ? source : "all");

	(void)unix_put(request, text, (size_t)len);
	unix_end(request);
}

static void
poll(const char *source, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "poll", source);
}

static void
dry_run(const char *source, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "dry", source);
}

static void
pause_one(
    const char *name, bool paused, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, paused ? "pause" : "resume", name);
}

static void
replay(const char *words, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "replay", words);
}

static void
reload(struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	unix_fail(request, "failed", "cefd.conf:3: no");
}

static void
test(const char *name, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "test", name);
}

static void
send_test(const char *name, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "trial", name);
}

static void
queue_list(struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "list", NULL);
}

static void
queue_peek(const char *words, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "peek", words);
}

static void
queue_drop(const char *words, struct unix_request *request, void *arg)
{
	assert_ptr_equal(arg, &control);
	answer(request, "drop", words);
}

static int
start(void **state)
{
	struct control_ops ops = {stats, poll, dry_run, pause_one, replay,
	    reload, send_test, queue_list, queue_peek, queue_drop, test,
	    &control};
	struct err err = {0};

	(void)state;
	loop = loop_new(&err);
	return control_new(&control, loop, unix_peer_path(), &ops, &err);
}

static int
stop(void **state)
{
	(void)state;
	control_free(control);
	loop_free(loop);
	unix_peer_remove();
	return 0;
}

static int
is(const char *line, const char *want)
{
	const char *got = unix_peer_ask(line);

	if (strncmp(got, want, strlen(want)) == 0)
		return 0;
	(void)fprintf(stderr, "got \"%s\", want \"%s\"\n", got, want);
	return 1;
}

static int
ask_all(void)
{
	return is("poll\n", "ok 9\npoll(all)") +
	    is("poll acme\n", "ok 10\npoll(acme)") +
	    is("poll dry-run acme\n", "ok 9\ndry(acme)") +
	    is("poll dry-run\n",
	        "error usage which source? (names sources lists them)\n") +
	    is("poll a b\n", "error usage poll takes one name: \"a b\"\n") +
	    is("send-test out\n", "ok 10\ntrial(out)") +
	    is("send-test\n",
	        "error usage which destination? (names destinations lists "
	        "them)\n") +
	    is("queue list\n", "ok 9\nlist(all)") +
	    is("queue peek\n", "ok 7\npeek(-)") +
	    is("queue peek out 5\n", "ok 11\npeek(out 5)") +
	    is("queue drop out force\n", "ok 15\ndrop(out force)") +
	    is("reload\n", "error failed cefd.conf:3: no\n") +
	    is("pause acme\n", "ok 11\npause(acme)") +
	    is("resume acme\n", "ok 12\nresume(acme)") +
	    is("pause\n", "error usage which one? (names lists them)\n") +
	    is("replay acme 7d - -\n", "ok 19\nreplay(acme 7d - -)") +
	    is("replay a b c d e\n",
	        "error usage replay takes fewer words: \"a b c d e\"\n") +
	    is("test\n", "ok 9\ntest(all)") +
	    is("test acme\n", "ok 10\ntest(acme)") +
	    is("reload now\n",
	        "error usage reload takes nothing more: \"now\"\n") +
	    is("status xml\n",
	        "error usage status takes nothing more: \"xml\"\n") +
	    is("dance\n",
	        "error usage \"dance\" is not a command: help lists them\n") +
	    is("polly\n",
	        "error usage \"polly\" is not a command: help lists them\n") +
	    is("\n", "error usage \"\" is not a command: help lists them\n") +
	    is("help\n", "ok ");
}

static void
each_command_reaches_its_hook(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_all);
}

static int
ask_status(void)
{
	const char *body = strchr(unix_peer_ask("status json\n"), '\n');
	int wrong =
	    body == NULL || strncmp(body, "\n{\"version\": \"7\", ", 18) != 0;

	body = strchr(unix_peer_ask("status\n"), '\n');
	wrong += body == NULL || strncmp(body, "\ncefd 7, ", 9) != 0;
	body = strchr(unix_peer_ask("status screen 80 24\n"), '\n');
	wrong += body == NULL || strncmp(body, "\nAll well\n", 10) != 0;
	body = strchr(unix_peer_ask("status screen 80 24 colour\n"), '\n');
	wrong += body == NULL || strncmp(body, "\n\033[32mAll well", 14) != 0;
	wrong += is("status screen 80\n", "error usage how many") +
	    is("status screen\n", "error usage how many") +
	    is("status screen 80 x\n", "error usage how many") +
	    is("status screen 80 24 utf-8 colour\n", "error usage how many") +
	    is("status screen 80 24 pink\n", "error usage how many");
	return wrong;
}

static void
status_has_three_faces(void **state)
{
	(void)state;
	unix_peer_run(loop, ask_status);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        each_command_reaches_its_hook, start, stop),
	    cmocka_unit_test_setup_teardown(
	        status_has_three_faces, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
