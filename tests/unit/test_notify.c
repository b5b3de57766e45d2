/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a supervisor hears on its socket: the words of sd_notify(3), and signs
 * of life from the loop for as long as it turns.
 */
#include "config.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "daemon/notify.h"
#include "daemon/watchdog.h"
#include "io/loop.h"
#include "io/watch.h"

#define SIGNS 3

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static char heard[1024];
static int supervisor;

/* The kernel chooses an abstract name; `NOTIFY_SOCKET` writes its NUL as "@". */
static int
set_up(void **state)
{
	socklen_t len = sizeof(address);
	struct timeval limit = {.tv_sec = 20};
	char name[sizeof(address.sun_path) + 1];
	size_t name_len;

	(void)state;
	supervisor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(supervisor, (struct sockaddr *)&address, sizeof(sa_family_t)),
	    0);
	assert_int_equal(
	    getsockname(supervisor, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(setsockopt(supervisor, SOL_SOCKET, SO_RCVTIMEO, &limit,
	                     sizeof(limit)),
	    0);
	name_len = len - offsetof(struct sockaddr_un, sun_path);
	memcpy(name, address.sun_path, name_len);
	name[0] = '@';
	name[name_len] = '\0';
	return setenv("NOTIFY_SOCKET", name, 1) | unsetenv("WATCHDOG_PID") |
	    unsetenv("WATCHDOG_USEC");
}

static int
tear_down(void **state)
{
	(void)state;
	return close(supervisor);
}

static const char *
hear(void)
{
	ssize_t n = recv(supervisor, heard, sizeof(heard) - 1, 0);

	assert_true(n > 0);
	heard[n] = '\0';
	return heard;
}

static bool
silent(void)
{
	return recv(supervisor, heard, sizeof(heard), MSG_DONTWAIT) == -1;
}

static int64_t
now_us(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
test_ready_says_a_line_for_people(void **state)
{
	(void)state;
	notify_ready("Sources: %d", 2);
	assert_string_equal(hear(), "READY=1\nSTATUS=Sources: 2");
}

static void
test_reloading_carries_the_time(void **state)
{
	static const char stem[] = "RELOADING=1\nMONOTONIC_USEC=";
	int64_t before = now_us(), said;
	char *end;

	(void)state;
	notify_reloading();
	hear();
	assert_memory_equal(heard, stem, strlen(stem));
	said = strtoimax(heard + strlen(stem), &end, 10);
	assert_string_equal(end, "");
	assert_in_range(said, before, now_us());
}

static void
test_nobody_listens(void **state)
{
	(void)state;
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	notify("READY=1");
	assert_int_equal(setenv("NOTIFY_SOCKET", "relative", 1), 0);
	notify("READY=1");
	assert_int_equal(setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1), 0);
	notify("READY=1");
	assert_true(silent());
}

static void
on_sign(unsigned ready, void *arg)
{
	static int signs;

	assert_int_equal(ready, WATCH_READ);
	assert_string_equal(hear(), "WATCHDOG=1");
	if (++signs == SIGNS)
		loop_stop(arg);
}

static void
test_the_loop_gives_signs_of_life(void **state)
{
	struct loop *loop = loop_new(NULL);
	struct watchdog *watchdog;
	struct watch *watch;
	char pid[32];

	(void)state;
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(setenv("WATCHDOG_USEC", "20000", 1), 0);
	assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	watchdog = watchdog_new(loop);
	assert_non_null(watchdog);
	watch = watch_new(loop, supervisor, on_sign, loop);
	watch_set(watch, WATCH_READ);
	loop_run(loop);
	watch_free(watch);
	watchdog_free(watchdog);
	loop_free(loop);
}

static void
test_a_watchdog_that_is_not_asked_for(void **state)
{
	static const char *const bad[] = {
	    "", "0", "-5", " 7", "1s", "x", "99999999999999999999999999"};
	struct loop *loop = loop_new(NULL);

	(void)state;
	assert_null(watchdog_new(loop));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(setenv("WATCHDOG_USEC", bad[i], 1), 0);
		assert_null(watchdog_new(loop));
	}
	/* Meant for the program that started us. */
	assert_int_equal(setenv("WATCHDOG_USEC", "20000", 1), 0);
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
	assert_null(watchdog_new(loop));
	assert_int_equal(setenv("WATCHDOG_PID", "", 1), 0);
	assert_null(watchdog_new(loop));
	assert_true(silent());
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        test_ready_says_a_line_for_people, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        test_reloading_carries_the_time, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        test_nobody_listens, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        test_the_loop_gives_signs_of_life, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        test_a_watchdog_that_is_not_asked_for, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
