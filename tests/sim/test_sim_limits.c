/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefsim enforces the limits it is told to, packs, lags, skews, grows, and
 * ends when it should.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sim_client.h"
#include "sim_number.h"
#include "sim_time.h"

#define LIST "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z"
#define PARALLEL 6

static void
test_requests_beyond_the_rate_get_429(void **state)
{
	struct client c;
	struct reply r;
	int i;

	(void)state;
	client_start(&c, "--rate=10", "--retry-after=33", NULL);
	for (i = 0; i < 10; i++)
		client_expect(&c, 200, LIST);
	client_ask(&c, &r, LIST);
	assert_int_equal(r.code, 429);
	assert_string_equal(reply_header(&r, "Retry-After"), "33");
	reply_clear(&r);
	client_expect(&c, 429, "/v1/threats/x");
	assert_int_equal(client_stat(&c, "rate_limited"), 2);
	assert_int_equal(client_stat(&c, "status.429"), 2);
	assert_int_equal(client_stat(&c, "max_in_60s"), 12);
	client_expect(&c, 200, "POST /_sim/set?rate=0");
	client_expect(&c, 200, LIST);
	client_stop(&c);
}

static void
test_no_retry_after_unless_told(void **state)
{
	struct client c;
	struct reply r;

	(void)state;
	client_start(&c, "--rate=1", NULL);
	client_expect(&c, 200, LIST);
	client_ask(&c, &r, LIST);
	assert_int_equal(r.code, 429);
	assert_null(reply_header(&r, "Retry-After"));
	reply_clear(&r);
	client_stop(&c);
}

/* Ask PARALLEL times at once; how many replies had this code. */
static size_t
ask_at_once(struct client *c, long wanted)
{
	struct reply r[PARALLEL];
	CURL *curl[PARALLEL];
	CURLM *multi;
	int running;
	size_t count;
	size_t i;
	long code;

	multi = curl_multi_init();
	for (i = 0; i < PARALLEL; i++) {
		curl[i] = client_handle(c, &r[i], LIST);
		assert_int_equal(curl_multi_add_handle(multi, curl[i]), 0);
	}
	do {
		assert_int_equal(curl_multi_perform(multi, &running), 0);
		(void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
	} while (running != 0);
	count = 0;
	for (i = 0; i < PARALLEL; i++) {
		code = 0;
		(void)curl_easy_getinfo(curl[i], CURLINFO_RESPONSE_CODE, &code);
		count += code == wanted;
		(void)curl_multi_remove_handle(multi, curl[i]);
		curl_easy_cleanup(curl[i]);
		reply_clear(&r[i]);
	}
	(void)curl_multi_cleanup(multi);
	return count;
}

static void
test_latency_delays_and_requests_overlap(void **state)
{
	int64_t start_ms;
	struct client c;

	(void)state;
	client_start(&c, "--latency=300ms", NULL);
	start_ms = sim_time_monotonic_ms();
	assert_int_equal(ask_at_once(&c, 200), PARALLEL);
	assert_true(sim_time_monotonic_ms() - start_ms >= 300);
	assert_int_equal(client_stat(&c, "max_in_flight"), PARALLEL);
	assert_int_equal(client_stat(&c, "in_flight"), 0);
	assert_int_equal(client_stat(&c, "connections"), PARALLEL + 1);
	client_stop(&c);
}

static void
test_too_many_at_once_get_429(void **state)
{
	struct client c;

	(void)state;
	client_start(&c, "--latency=500ms", "--max-concurrent=4", NULL);
	assert_int_equal(ask_at_once(&c, 429), PARALLEL - 4);
	assert_int_equal(client_stat(&c, "concurrency_limited"), PARALLEL - 4);
	client_stop(&c);
}

static void
test_a_client_that_leaves_early_does_no_harm(void **state)
{
	struct client c;
	struct reply r;

	(void)state;
	client_start(&c, "--latency=100ms", NULL);
	c.timeout_ms = 20;
	client_ask(&c, &r, LIST);
	assert_int_equal(r.rc, CURLE_OPERATION_TIMEDOUT);
	reply_clear(&r);
	c.timeout_ms = CLIENT_LIMIT_MS;
	client_expect(&c, 200, LIST);
	client_expect(&c, 200, "POST /_sim/fault?on=list&kind=stall");
	c.timeout_ms = 300;
	client_ask(&c, &r, LIST);
	reply_clear(&r);
	c.timeout_ms = CLIENT_LIMIT_MS;
	/* Stops with replies still waiting. */
	client_stop(&c);
}

static void
test_gzip_where_the_client_takes_it(void **state)
{
	uint64_t length;
	struct client c;
	struct reply r;
	char *plain;

	(void)state;
	client_start(&c, NULL);
	plain = client_text(&c, LIST);
	c.accept_encoding = "gzip";
	client_ask(&c, &r, LIST);
	assert_string_equal(reply_header(&r, "Content-Encoding"), "gzip");
	assert_int_equal(
	    sim_uint_parse(reply_header(&r, "Content-Length"), &length), 0);
	assert_true(length < strlen(plain));
	assert_int_equal(r.body.len, strlen(plain));
	assert_memory_equal(r.body.data, plain, r.body.len);
	reply_clear(&r);
	client_ask(&c, &r, LIST "&pageSize=1");
	assert_non_null(memmem(r.body.data, r.body.len, "]", 1));
	reply_clear(&r);
	client_expect(&c, 200, "POST /_sim/set?no-gzip=1");
	client_ask(&c, &r, LIST);
	assert_null(reply_header(&r, "Content-Encoding"));
	reply_clear(&r);
	free(plain);
	client_stop(&c);
}

static int64_t
date_of(struct client *c)
{
	struct reply r;
	time_t date;

	client_ask(c, &r, LIST);
	date = curl_getdate(reply_header(&r, "Date"), NULL);
	assert_true(date != -1);
	reply_clear(&r);
	return (int64_t)date * 1000 - sim_time_now_ms();
}

static void
test_the_clock_can_be_skewed(void **state)
{
	struct client c;

	(void)state;
	client_start(&c, "--skew=-2h", NULL);
	assert_in_range(date_of(&c) + 7200000 + 5000, 0, 10000);
	client_expect(&c, 200, "POST /_sim/set?skew=90s");
	assert_in_range(date_of(&c) - 90000 + 5000, 0, 10000);
	client_stop(&c);
}

static void
test_growth_and_changes_come_by_themselves(void **state)
{
	int64_t end_ms;
	struct client c;

	(void)state;
	client_start(&c, "--threats=10", "--grow=50", "--changes=50", NULL);
	end_ms = sim_time_monotonic_ms() + CLIENT_LIMIT_MS;
	while (client_stat(&c, "threats") < 20 ||
	    client_stat(&c, "states") < client_stat(&c, "messages") + 5)
		assert_true(sim_time_monotonic_ms() < end_ms);
	client_stop(&c);
}

static void
test_it_ends_when_its_life_is_over(void **state)
{
	(void)state;
	assert_int_equal(
	    client_run("--self-signed=/tmp", "--lifetime=50ms", NULL), 0);
	(void)unlink("/tmp/cert.pem");
	(void)unlink("/tmp/key.pem");
}

/* The child runs cefsim and is killed; the pipe's end tells of cefsim's. */
static void
test_it_ends_when_its_parent_dies(void **state)
{
	struct client c;
	char octet;
	int fds[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		client_start(&c, NULL);
		if (write(fds[1], "x", 1) == 1)
			(void)pause();
		_exit(0);
	}
	(void)close(fds[1]);
	assert_int_equal(read(fds[0], &octet, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(client_wait(pid), -1);
	assert_int_equal(read(fds[0], &octet, 1), 0);
	(void)close(fds[0]);
}

static void
test_usage(void **state)
{
	(void)state;
	assert_int_equal(client_run("--help", NULL), 0);
	assert_int_equal(client_run("--nonsense", NULL), 64);
	assert_int_equal(client_run("--threats=many", NULL), 64);
	assert_int_equal(client_run("--recipients=3-2", NULL), 64);
	assert_int_equal(client_run("--listen=127.0.0.1:0", NULL), 1);
	assert_int_equal(
	    client_run("--cert=/nonexistent", "--key=/nonexistent", NULL), 1);
}

static void
test_a_given_certificate_and_a_port_file(void **state)
{
	struct client other;
	struct client c;
	char *cert;
	char *key;
	char *path;
	FILE *in;
	unsigned port;

	(void)state;
	client_start(&other, NULL);
	cert = xasprintf("--cert=%s/cert.pem", other.dir);
	key = xasprintf("--key=%s/key.pem", other.dir);
	client_start(&c, cert, key, NULL);
	client_expect(&c, 200, LIST);
	path = xasprintf("%s/port", c.dir);
	in = fopen(path, "re");
	assert_non_null(in);
	assert_int_equal(fscanf(in, "%u", &port), 1);
	assert_int_equal(port, c.port);
	(void)fclose(in);
	free(path);
	free(cert);
	free(key);
	client_stop(&c);
	client_stop(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_requests_beyond_the_rate_get_429),
	    cmocka_unit_test(test_no_retry_after_unless_told),
	    cmocka_unit_test(test_latency_delays_and_requests_overlap),
	    cmocka_unit_test(test_too_many_at_once_get_429),
	    cmocka_unit_test(test_a_client_that_leaves_early_does_no_harm),
	    cmocka_unit_test(test_gzip_where_the_client_takes_it),
	    cmocka_unit_test(test_the_clock_can_be_skewed),
	    cmocka_unit_test(test_growth_and_changes_come_by_themselves),
	    cmocka_unit_test(test_it_ends_when_its_life_is_over),
	    cmocka_unit_test(test_it_ends_when_its_parent_dies),
	    cmocka_unit_test(test_usage),
	    cmocka_unit_test(test_a_given_certificate_and_a_port_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
