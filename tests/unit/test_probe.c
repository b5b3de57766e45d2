/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a probe says to a real server's answers: in which order, in which
 * words, and never the token.
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
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bucket.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "canned.h"
#include "conf/conf.h"
#include "intake/probe.h"
#include "io/http.h"
#include "io/loop.h"
#include "io/timer.h"
#include "tunnel.h"

#define PROGRAM_LIMIT_S 120
#define TOKEN "tok/sekret+0123456789"
#define REPEATED "{\"error\":\"" TOKEN "\"}"
#define SHOWN "Bearer " TOKEN
#define LIST "GET /v1/threats?"
#define TOKENS "GET /v1/soar/tokens?limit=200 "
#define DETAIL "GET /v1/threats/a "
#define ONE "{\"threatId\":\"a\",\"messages\":[]}"
#define IDS "{\"threats\":[{\"threatId\":\"a\"},{\"threatId\":\"b\"}]}"

/* A probe and what came of it. */
struct walk {
	struct loop *loop;
	struct http *http;
	struct probe *probe;
	struct timer *timer;
	struct buf said;
	unsigned lines;
	unsigned leave_after; /* lines; 0: never */
	bool good;
	bool ended;
};

static void
on_line(const char *line, size_t len, void *arg)
{
	struct walk *w = arg;

	assert_false(w->ended);
	assert_int_equal(line[len - 1], '\n');
	(void)buf_put(&w->said, line, len);
	if (++w->lines == w->leave_after)
		timer_set(w->timer, 0);
}

static void
on_done(bool good, void *arg)
{
	struct walk *w = arg;

	assert_false(w->ended);
	w->ended = true;
	w->good = good;
	probe_free(w->probe);
	w->probe = NULL;
	loop_stop(w->loop);
}

static void
leave(void *arg)
{
	struct walk *w = arg;

	probe_free(w->probe);
	w->probe = NULL;
	loop_stop(w->loop);
}

static struct bucket *
same(void *arg)
{
	return arg;
}

static void
walk(struct walk *w, const struct conf_source *conf, struct bucket *bucket)
{
	struct probe_world world = {.bucket = same, .bucket_arg = bucket};
	struct err err;

	w->loop = loop_new(&err);
	w->http = http_new(w->loop, &err);
	world.loop = w->loop;
	world.http = w->http;
	buf_init(&w->said, 100000);
	w->timer = timer_new(w->loop, leave, w);
	w->probe = probe_start(&world, conf, on_line, on_done, w);
	assert_int_equal(w->lines, 0);
	loop_run(w->loop);
	timer_free(w->timer);
	http_free(w->http);
	loop_free(w->loop);
	(void)buf_putc(&w->said, '\0');
}

/* A source at that host, with the token in the configuration. */
static struct conf_source
source_at(char *host)
{
	static char ca[200], name[] = "acme", token[] = TOKEN;
	struct buf path;

	buf_init(&path, sizeof(ca));
	(void)buf_printf(&path, "%s/ca.pem", canned_folder);
	(void)buf_putc(&path, '\0');
	memcpy(ca, path.data, path.len);
	buf_clear(&path);
	return (struct conf_source){
	    .name = name,
	    .host = host,
	    .token = token,
	    .enabled = true,
	    .streams = STREAM_THREATS,
	    .page_size = 100,
	    .timeout_ms = 5000,
	    .ca_file = ca,
	};
}

/* A walk to a server with these replies. */
static void
walk_to(struct walk *w, const struct canned_reply *replies)
{
	struct conf_source conf;
	struct canned canned;

	canned_start(&canned, replies);
	conf = source_at(canned.host);
	walk(w, &conf, NULL);
	canned_stop(&canned);
}

static void
says(const struct walk *w, const char *words)
{
	if (strstr(w->said.data, words) == NULL)
		print_error("no \"%s\" in:\n%s", words, w->said.data);
	assert_non_null(strstr(w->said.data, words));
}

static void
says_not(const struct walk *w, const char *words)
{
	if (strstr(w->said.data, words) != NULL)
		print_error("\"%s\" in:\n%s", words, w->said.data);
	assert_null(strstr(w->said.data, words));
}

/* It failed at `step` and nowhere else, and said these words. */
static void
fails(const struct canned_reply *replies, const char *step, const char *words)
{
	struct walk w = {.good = true};
	char *end = xasprintf("\nacme: not well: %s\n", step);

	walk_to(&w, replies);
	assert_true(w.ended);
	assert_false(w.good);
	says(&w, end);
	says(&w, words);
	says_not(&w, TOKEN);
	free(end);
	buf_clear(&w.said);
}

static char *
days_from_now(int days)
{
	char when[RFC3339_MS_LEN + 1];
	struct timeval now;

	(void)gettimeofday(&now, NULL);
	/* An hour more, so that the whole days are these. */
	rfc3339_ms(when, ((int64_t)now.tv_sec + days * 86400 + 3600) * 1000);
	return xstrdup(when);
}

static void
each_step_is_told_in_its_order(void **state)
{
	static const char *const order[] = {"warn  token-file ",
	    "ok    name         127.0.0.1 is an address", "ok    connect ",
	    "ok    certificate  for 127.0.0.1, signed by ca, good until 2",
	    "TLSv1.3", "ok    token ", "ok    permission   threats\n",
	    "ok    licence      threats\n",
	    "ok    list         threats: 2 in the last 24 hours\n",
	    "ok    detail       threats: the first that is listed\n",
	    "ok    tokens       1 active, the first to expire is \"siem\" at ",
	    "in 100 days", "acme: well, with warnings: token-file\n"};
	char *when = days_from_now(100);
	char *tokens = xasprintf("{\"data\":[{\"name\":\"siem\",\"status\":"
	                         "\"active\",\"expires_at\":\"%s\"}]}",
	    when);
	const struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {TOKENS, "200 OK", "", tokens},
	    {NULL, NULL, NULL, NULL}};
	struct walk w = {.good = false};
	const char *at;

	(void)state;
	walk_to(&w, replies);
	assert_true(w.good);
	at = w.said.data;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		if (at == NULL)
			print_error("%s\n%s", order[i], w.said.data);
		assert_non_null(at);
	}
	says_not(&w, "clock"); /* there was no Date */
	says_not(&w, TOKEN);
	buf_clear(&w.said);
	free(tokens);
	free(when);
}

static void
each_refusal_is_told_as_what_it_is(void **state)
{
	struct canned_reply replies[] = {
	    {LIST, "", "", "{}"}, {NULL, NULL, NULL, NULL}};
	static const char *const table[][3] = {
	    {"401 Unauthorized", "token", "expired or revoked"},
	    {"402 Payment Required", "licence", "no licence"},
	    {"403 Forbidden", "permission", "IP allow-list"},
	    {"404 Not Found", "list", "filter"},
	    {"400 Bad Request", "list", "refuses the question"},
	    {"429 Too Many Requests", "answer", "too many requests"},
	    {"502 Bad Gateway", "answer", "in trouble"},
	    {"204 No Content", "answer", "something on the way"},
	    {"302 Found", "answer", "redirect"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		replies[0].status = table[i][0];
		fails(replies, table[i][1], table[i][2]);
	}
	replies[0].status = "200 OK";
	replies[0].body = "<html>\033[2Jhello";
	fails(replies, "list", "not the API's");
	replies[0].body = "[]";
	fails(replies, "list", "not a JSON object");
	replies[0].body = "{\"threats\":[{\"id\":\"a\"},{\"id\":\"b\"}]}";
	fails(replies, "list", "2 of its 2 entries");
	/* cefd takes neither for a list, and so nor does this. */
	replies[0].body = "{}";
	fails(replies, "list", "has no \"threats\"");
	replies[0].body = "{\"threats\":{}}";
	fails(replies, "list", "has no \"threats\"");
}

/* Lists that are answered are half the way only. */
static void
each_refusal_of_a_detail_is_told(void **state)
{
	struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "", "", "{}"}, {NULL, NULL, NULL, NULL}};
	static const char *const table[][3] = {
	    {"401 Unauthorized", "{}", "expired or revoked"},
	    {"402 Payment Required", "{}", "no licence"},
	    {"403 Forbidden", "{}", "lists are answered"},
	    {"404 Not Found", "{}", "listed but not found"},
	    {"400 Bad Request", "{}", "refuses the question"},
	    {"429 Too Many Requests", "{}", "too many requests"},
	    {"502 Bad Gateway", "{}", "in trouble"},
	    {"200 OK", "<html>\033[2Jhello", "not the API's"},
	    {"200 OK", "[]", "no detail"},
	    {"200 OK", "{\"threatId\":\"a\"}", "no detail"},
	    {"200 OK", "{\"threatId\":\"other\",\"messages\":[]}", "another"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		replies[1].status = table[i][0];
		replies[1].body = table[i][1];
		fails(replies, "detail", table[i][2]);
	}
}

static void
an_entry_without_an_id_is_told_and_passed_over(void **state)
{
	const struct canned_reply replies[] = {
	    {LIST, "200 OK", "",
	        "{\"threats\":[{\"threatId\":null},{\"threatId\":\"a\"}]}"},
	    {DETAIL, "404 Not Found", "", "{}"}, {NULL, NULL, NULL, NULL}};

	(void)state;
	fails(replies, "detail", "1 of 2 entries have no usable");
}

static void
the_token_is_not_told_whatever_is_repeated(void **state)
{
	static const char *const bodies[] = {
	    REPEATED, "tok\\/sekret+0123456789", "sekret+0123", SHOWN};
	const struct canned_reply tokens[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE},
	    {TOKENS, "200 OK", "",
	        "{\"data\":[{\"name\":\"" TOKEN
	        "\",\"status\":\"active\",\"expires_at\":"
	        "\"2001-01-01T00:00:00Z\"},{\"name\":\"0123456789 0123456789 "
	        "0123456789 0123456789 tok/sekret+0123\",\"status\":"
	        "\"ACTIVE\",\"expires_at\":\"2001-01-01T00:00:00Z\"}]}"},
	    {NULL, NULL, NULL, NULL}};
	struct canned_reply replies[] = {
	    {LIST, "500 Oh", "", ""}, {NULL, NULL, NULL, NULL}};
	struct walk w = {.good = false};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct walk bad = {.good = true};

		replies[0].body = bodies[i];
		walk_to(&bad, replies);
		assert_false(bad.good);
		says_not(&bad, "sekret");
		buf_clear(&bad.said);
	}
	walk_to(&w, tokens);
	says(&w, "warn  tokens       \"(the token)\" expires at 2001-01-01");
	says_not(&w, "sekret");
	buf_clear(&w.said);
}

static void
tokens_that_expire_soon_are_told(void **state)
{
	char *soon = days_from_now(12), *late = days_from_now(40);
	char *body = xasprintf(
	    "{\"data\":[{\"name\":\"old\",\"status\":\"revoked\","
	    "\"expires_at\":\"%s\"},{\"name\":\"o\\u001b[2Jurs\","
	    "\"status\":\"active\",\"expires_at\":\"%s\"},{\"name\":\"late\","
	    "\"status\":\"active\",\"expires_at\":\"%s\"},{\"name\":\"ever\","
	    "\"status\":\"active\",\"expires_at\":null},7,{}]}",
	    soon, soon, late);
	const struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {TOKENS, "200 OK", "", body},
	    {NULL, NULL, NULL, NULL}};
	struct walk w = {.good = false};

	(void)state;
	walk_to(&w, replies);
	assert_true(w.good);
	says(&w, "warn  tokens       \"o\\x1b[2Jurs\" expires at ");
	says(&w, "in 12 days");
	says_not(&w, "late");
	says_not(&w, "ever");
	says_not(&w, "old");
	says(&w, "acme: well, with warnings: token-file, tokens\n");
	buf_clear(&w.said);
	free(body);
	free(soon);
	free(late);
}

static void
tokens_that_cannot_be_known_harm_nothing(void **state)
{
	static const char *const table[][3] = {
	    {"403 Forbidden", "{}", "skip  tokens       the token may not ask"},
	    {"500 Oh", "{}", "skip  tokens       HTTP 500"},
	    {"200 OK", "[", "skip  tokens       the answer is not understood"},
	    {"200 OK", "{\"data\":[]}",
	        "skip  tokens       no active one is listed"},
	};
	struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {TOKENS, "", "", ""},
	    {NULL, NULL, NULL, NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct walk w = {.good = false};

		replies[2].status = table[i][0];
		replies[2].body = table[i][1];
		walk_to(&w, replies);
		assert_true(w.good);
		says(&w, table[i][2]);
		buf_clear(&w.said);
	}
}

/* The window is cut on the server's clock, asked once more to do so. */
static void
a_wrong_clock_is_told_and_does_not_matter(void **state)
{
	const struct canned_reply replies[] = {
	    {LIST, "200 OK", "Date: Sun, 01 Mar 2026 10:20:30 GMT\r\n",
	        "{\"threats\":[],\"nextPageNumber\":2}"},
	    {NULL, NULL, NULL, NULL}};
	struct conf_source conf;
	struct canned canned;
	struct walk w = {.good = false};

	(void)state;
	canned_start(&canned, replies);
	conf = source_at(canned.host);
	conf.lag_ms = 60000;
	walk(&w, &conf, NULL);
	assert_true(w.good);
	says(&w, "warn  clock        this machine's is ");
	says(&w, "ok    list         threats: none in the last 24 hours\n");
	says(&w, "skip  detail       threats: none is listed to ask for\n");
	assert_int_equal(canned.log->count, 3);
	assert_non_null(
	    strstr(canned.log->requests[1], "gte%202026-02-28T10:19:3"));
	assert_non_null(
	    strstr(canned.log->requests[1], "lte%202026-03-01T10:19:3"));
	canned_stop(&canned);
	buf_clear(&w.said);
}

static void
requests_wait_for_the_budget(void **state)
{
	const struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {NULL, NULL, NULL, NULL}};
	struct loop *loop = loop_new(NULL);
	int64_t began_ms = loop_now_ms(loop);
	struct conf_source conf;
	struct canned canned;
	struct bucket bucket;
	struct walk w = {.good = false};

	(void)state;
	/* A token each 200 ms, and none there. */
	bucket_init(&bucket, 300, began_ms);
	while (bucket_take(&bucket, 0, began_ms) == 0)
		;
	canned_start(&canned, replies);
	conf = source_at(canned.host);
	walk(&w, &conf, &bucket);
	assert_true(w.good);
	assert_true(loop_now_ms(loop) - began_ms >= 380);
	canned_stop(&canned);
	loop_free(loop);
	buf_clear(&w.said);
}

static void
it_may_be_left_at_any_step(void **state)
{
	const struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {NULL, NULL, NULL, NULL}};
	struct conf_source conf;
	struct canned canned;

	(void)state;
	canned_start(&canned, replies);
	conf = source_at(canned.host);
	for (unsigned i = 1; i < 10; i++) {
		struct walk w = {.leave_after = i};

		walk(&w, &conf, NULL);
		assert_null(w.probe);
		buf_clear(&w.said);
	}
	canned_stop(&canned);
}

static void
a_way_that_leads_nowhere_is_told(void **state)
{
	static char closed[] = "127.0.0.1:1",
	            proxy[] = "http://u:pass@127.0.0.1:1";
	static char bad[] = "two words";
	struct conf_source conf = source_at(closed);
	struct walk w = {.good = true};

	(void)state;
	walk(&w, &conf, NULL);
	says(&w, "FAIL  connect      127.0.0.1:1 (");
	says(&w, "acme: not well: connect\n");
	buf_clear(&w.said);
	w = (struct walk){.good = true};
	conf.proxy = proxy;
	walk(&w, &conf, NULL);
	says(&w, "FAIL  connect      through the proxy: ");
	says_not(&w, "pass@");
	buf_clear(&w.said);
	w = (struct walk){.good = true};
	conf.token = bad;
	walk(&w, &conf, NULL);
	says(&w, "FAIL  token-file   the configuration: the token has a blank");
	says_not(&w, bad);
	buf_clear(&w.said);
}

/* What happens between us and the API is the proxy's; the token is not. */
static void
a_proxy_goes_the_way_for_us(void **state)
{
	static char elsewhere[] = "elsewhere.example";
	const struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {NULL, NULL, NULL, NULL}};
	struct conf_source conf;
	struct canned canned;
	struct tunnel tunnel;
	struct walk w = {.good = false}, bad = {.good = true};

	(void)state;
	canned_start(&canned, replies);
	tunnel_start(&tunnel, NULL);
	conf = source_at(canned.host);
	conf.proxy = tunnel.url;
	walk(&w, &conf, NULL);
	assert_true(w.good);
	says(&w, "skip  name         the proxy looks 127.0.0.1 up");
	says(&w, "ok    connect      through the proxy\n");
	says(&w, "ok    certificate  for 127.0.0.1, signed by ");
	says(&w, "seen through the proxy\n");
	says(&w, "ok    chain        1: ");
	says(&w, "ok    list         threats: 2 ");
	assert_null(strstr(tunnel.request, "sekret"));
	tunnel_stop(&tunnel);
	tunnel_start(&tunnel, "407 Who are you");
	conf.host = elsewhere;
	walk(&bad, &conf, NULL);
	says(&bad, "407");
	says(&bad, "whether it lets elsewhere.example pass\n");
	says(&bad, "acme: not well: connect\n");
	assert_non_null(strstr(tunnel.request, "elsewhere.example:443"));
	tunnel_stop(&tunnel);
	canned_stop(&canned);
	buf_clear(&w.said);
	buf_clear(&bad.said);
}

/* The API through a proxy, but the certificate is another's. */
static void
a_certificate_is_looked_at_through_a_proxy(void **state)
{
	const struct canned_reply replies[] = {{NULL, NULL, NULL, NULL}};
	static char host[60];
	struct conf_source conf;
	struct canned canned;
	struct tunnel tunnel;
	struct walk w = {.good = true};

	(void)state;
	canned_start(&canned, replies);
	tunnel_start(&tunnel, NULL);
	(void)snprintf(
	    host, sizeof(host), "other.example%s", strchr(canned.host, ':'));
	conf = source_at(host);
	conf.proxy = tunnel.url;
	walk(&w, &conf, NULL);
	says(&w, "FAIL  certificate  TLS: ");
	says(&w, "acme: not well: certificate\n");
	tunnel_stop(&tunnel);
	canned_stop(&canned);
	buf_clear(&w.said);
}

/* localhost is ::1 as well, where the server does not listen. */
static void
an_address_that_leads_nowhere_is_told_beside_one_that_does(void **state)
{
	const struct canned_reply replies[] = {{LIST, "200 OK", "", IDS},
	    {DETAIL, "200 OK", "", ONE}, {NULL, NULL, NULL, NULL}};
	static char host[60];
	struct conf_source conf;
	struct canned canned;
	struct walk w = {.good = false};

	(void)state;
	canned_start(&canned, replies);
	(void)snprintf(
	    host, sizeof(host), "localhost%s", strchr(canned.host, ':'));
	conf = source_at(host);
	walk(&w, &conf, NULL);
	assert_true(w.good);
	says(&w, "ok    name         localhost is ");
	says(&w, "ok    connect      127.0.0.1:");
	says(&w, "ok    certificate  for localhost, ");
	if (strstr(w.said.data, "localhost is ::1") != NULL)
		says(&w, "; not reached: [::1]:");
	canned_stop(&canned);
	buf_clear(&w.said);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_step_is_told_in_its_order),
	    cmocka_unit_test(each_refusal_is_told_as_what_it_is),
	    cmocka_unit_test(each_refusal_of_a_detail_is_told),
	    cmocka_unit_test(an_entry_without_an_id_is_told_and_passed_over),
	    cmocka_unit_test(the_token_is_not_told_whatever_is_repeated),
	    cmocka_unit_test(tokens_that_expire_soon_are_told),
	    cmocka_unit_test(tokens_that_cannot_be_known_harm_nothing),
	    cmocka_unit_test(a_wrong_clock_is_told_and_does_not_matter),
	    cmocka_unit_test(requests_wait_for_the_budget),
	    cmocka_unit_test(it_may_be_left_at_any_step),
	    cmocka_unit_test(a_way_that_leads_nowhere_is_told),
	    cmocka_unit_test(a_proxy_goes_the_way_for_us),
	    cmocka_unit_test(a_certificate_is_looked_at_through_a_proxy),
	    cmocka_unit_test(
	        an_address_that_leads_nowhere_is_told_beside_one_that_does),
	};

	(void)alarm(PROGRAM_LIMIT_S);
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, canned_setup, canned_teardown);
}
