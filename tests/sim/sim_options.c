/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of options and its reader.
 */
#include "config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sim_number.h"
#include "sim_options.h"
#include "sim_store.h"
#include "sim_time.h"

enum kind {
	KIND_STRING,
	KIND_UINT,
	KIND_MILLI, /* a number with up to three decimals, in thousandths */
	KIND_RANGE, /* two numbers in a row */
	KIND_DURATION,
	KIND_SIGNED, /* a duration that may be negative */
	KIND_TIME,
	KIND_END,
	KIND_FLAG,
	KIND_STREAMS,
	KIND_MOMENT, /* a time, or a duration from now */
};

struct rule {
	const char *name;
	enum kind kind;
	size_t offset;
	bool live; /* /_sim/set may change it */
	const char *value;
	const char *help;
};

#define AT(member) offsetof(struct sim_options, member)

static const struct rule rules[] = {
    {"listen", KIND_STRING, AT(listen), false, "HOST:PORT",
        "address; port 0 lets the kernel choose (127.0.0.1:0)"},
    {"port-file", KIND_STRING, AT(port_file), false, "FILE",
        "write the port there once it listens"},
    {"cert", KIND_STRING, AT(cert), false, "PEM", "certificate chain"},
    {"key", KIND_STRING, AT(key), false, "PEM", "its key"},
    {"self-signed", KIND_STRING, AT(self_signed), false, "DIR",
        "make DIR/cert.pem and DIR/key.pem for localhost and use them"},
    {"lifetime", KIND_DURATION, AT(lifetime_ms), false, "T",
        "end by itself after T (0: never)"},
    {"idle", KIND_DURATION, AT(idle_ms), false, "T",
        "close a connection after T without a request (75s)"},
    {"die-with-parent", KIND_FLAG, AT(die_with_parent), false, NULL,
        "end when the parent process does"},
    {"token", KIND_STRING, AT(token), false, "TEXT",
        "the bearer token asked for; \"\" takes any (sim-token)"},
    {"seed", KIND_UINT, AT(seed), false, "N", "what the data is drawn from"},
    {"threats", KIND_UINT, AT(threats), false, "N", "at the start (100)"},
    {"recipients", KIND_RANGE, AT(recipients), true, "N[-M]",
        "messages of a threat (3)"},
    {"cases", KIND_UINT, AT(items[SIM_STREAM_CASES]), false, "N",
        "at the start (0)"},
    {"vendor-cases", KIND_UINT, AT(items[SIM_STREAM_VENDOR_CASES]), false, "N",
        "at the start (0)"},
    {"campaigns", KIND_UINT, AT(items[SIM_STREAM_CAMPAIGNS]), false, "N",
        "at the start (0)"},
    {"not-analyzed", KIND_UINT, AT(items[SIM_STREAM_NOT_ANALYZED]), false, "N",
        "at the start (0)"},
    {"audit", KIND_UINT, AT(items[SIM_STREAM_AUDIT]), false, "N",
        "at the start (0)"},
    {"span", KIND_DURATION, AT(span_ms), false, "T",
        "all of them came within T before --base (24h)"},
    {"base", KIND_TIME, AT(base_ms), false, "TIME",
        "instead of the time of the start"},
    {"old-style", KIND_UINT, AT(old_style), false, "PERCENT",
        "threats without the newer members (10)"},
    {"grow", KIND_MILLI, AT(grow), true, "N",
        "new threats a second, such as 0.5"},
    {"changes", KIND_MILLI, AT(changes), true, "N",
        "changes of status a second"},
    {"skew", KIND_SIGNED, AT(skew_ms), true, "[-]T",
        "set its clock ahead of the machine's, or back"},
    {"rate", KIND_UINT, AT(rate), true, "N",
        "429 beyond N requests in any 60 s (0: no limit)"},
    {"retry-after", KIND_STRING, AT(retry_after), false, "TEXT",
        "Retry-After with such a 429 (none)"},
    {"max-concurrent", KIND_UINT, AT(max_concurrent), true, "N",
        "429 beyond N requests at once (0: no limit)"},
    {"latency", KIND_DURATION, AT(latency_ms), true, "T",
        "wait before each reply, e.g. 20ms"},
    {"stall", KIND_DURATION, AT(stall_ms), true, "T",
        "how long a stall fault lasts before the reset (300s)"},
    {"retention", KIND_DURATION, AT(retention_ms), true, "T",
        "400 for lists of threats that reach further back (0: no limit)"},
    {"bad-list", KIND_TIME, AT(bad_list_ms), true, "TIME",
        "500 for lists of threats by receivedTime that hold this second"},
    {"bad-list-says", KIND_STRING, AT(bad_list_says), false, "TEXT",
        "400 for those lists, with these words"},
    {"odd-list", KIND_TIME, AT(odd_list_ms), true, "TIME",
        "an entry without an id in lists by receivedTime of this second"},
    {"bad-key", KIND_UINT, AT(bad_key), true, "1|2",
        "500 for lists of threats by receivedTime, or latestTimeRemediated"},
    {"bad-key-code", KIND_UINT, AT(bad_key_code), true, "CODE",
        "this status for those lists in place of 500"},
    {"range-max", KIND_DURATION, AT(range_max_ms), true, "T",
        "400 for a wider range of reports not analyzed (90d)"},
    {"unlicensed", KIND_STREAMS, AT(unlicensed), true, "STREAM[,STREAM]",
        "402 for these streams (none)"},
    {"tokens", KIND_UINT, AT(tokens), true, "N",
        "active tokens; there are two more that are not (1)"},
    {"token-expires", KIND_MOMENT, AT(token_expires_ms), true, "TIME|+T",
        "when the first of them does, by the machine's clock (+365d)"},
    {"tokens-denied", KIND_FLAG, AT(tokens_denied), true, NULL,
        "403 for the list of tokens"},
    {"max-page-size", KIND_UINT, AT(max_page_size), true, "N",
        "larger pageSize counts as N (1000)"},
    {"detail-page-size", KIND_UINT, AT(detail_page_size), true, "N",
        "messages on a page whatever pageSize says (0: as asked)"},
    {"detail-cap", KIND_UINT, AT(detail_cap), true, "N",
        "messages of a threat that can be had at all (2000)"},
    {"end-of-pages", KIND_END, AT(end), true, "absent|null|present|never",
        "nextPageNumber on the last page; present: always; never: on none"},
    {"oldest-first", KIND_FLAG, AT(oldest_first), true, NULL,
        "messages in the order they came, not newest first"},
    {"one-page", KIND_FLAG, AT(one_page), true, NULL,
        "a detail ignores pageNumber, yet names a next page"},
    {"no-next-page", KIND_FLAG, AT(no_next_page), true, NULL,
        "a detail names no next page, though it has one"},
    {"odd-next-page", KIND_FLAG, AT(odd_next_page), true, NULL,
        "a detail's nextPageNumber is no number"},
    {"new-member", KIND_FLAG, AT(new_member), true, NULL,
        "audit events have a member that nobody knows"},
    {"beyond-code", KIND_UINT, AT(beyond_code), true, "CODE",
        "this status for a page beyond the last one (200)"},
    {"later-code", KIND_UINT, AT(later_code), true, "CODE",
        "this status for any page of a list but the first (200)"},
    {"total", KIND_FLAG, AT(total), true, NULL, "lists have a total member"},
    {"no-gzip", KIND_FLAG, AT(no_gzip), true, NULL, "never pack replies"},
    {"invalid-utf8", KIND_FLAG, AT(invalid_utf8), true, NULL,
        "some subjects are not valid UTF-8"},
    {"no-date", KIND_FLAG, AT(no_date), true, NULL,
        "replies have a Date that is no time"},
};
#define NRULES (sizeof(rules) / sizeof(*rules))

static const struct rule *rule_find(const char *name, size_t len);
static int rule_set(
    struct sim_options *o, const struct rule *r, const char *value);
static int milli_parse(const char *text, uint64_t *ret);
static int end_parse(const char *text, int *ret);

void
sim_options_init(struct sim_options *o)
{
	memset(o, 0, sizeof(*o));
	o->listen = "127.0.0.1:0";
	o->token = "sim-token";
	o->seed = 1;
	o->threats = 100;
	o->recipients[0] = 3;
	o->recipients[1] = 3;
	o->span_ms = 24 * INT64_C(3600000);
	o->base_ms = SIM_NEVER;
	o->old_style = 10;
	o->idle_ms = 75000;
	o->stall_ms = 300000;
	o->range_max_ms = 90 * INT64_C(86400000);
	o->tokens = 1;
	o->token_expires_ms = sim_time_now_ms() + 365 * INT64_C(86400000);
	o->max_page_size = 1000;
	o->detail_cap = 2000;
}

int
sim_options_parse(struct sim_options *o, int argc, char **argv, bool *ret_help,
    struct buf *why)
{
	const struct rule *rule;
	const char *value;
	const char *name;
	size_t len;
	int i;

	*ret_help = false;
	for (i = 1; i < argc; i++) {
		name = argv[i] + 2;
		if (!strcmp(argv[i], "--help")) {
			*ret_help = true;
			return 0;
		}
		len = strncmp(argv[i], "--", 2) != 0 ? 0 : strcspn(name, "=");
		rule = rule_find(name, len);
		if (rule == NULL) {
			(void)buf_printf(why, "%s: unknown option", argv[i]);
			return -1;
		}
		value = name[len] == '=' ? name + len + 1 : NULL;
		if (rule->kind == KIND_FLAG && value == NULL)
			value = "1";
		else if (value == NULL)
			value = ++i < argc ? argv[i] : "";
		if (rule_set(o, rule, value) == -1) {
			(void)buf_printf(
			    why, "--%s: wrong value \"%s\"", rule->name, value);
			return -1;
		}
	}
	return 0;
}

int
sim_options_change(struct sim_options *o, const char *name, const char *value)
{
	const struct rule *rule;

	rule = rule_find(name, strlen(name));
	if (rule == NULL || !rule->live)
		return -1;
	return rule_set(o, rule, value);
}

void
sim_options_help(FILE *out)
{
	size_t i;

	(void)fputs("usage: cefsim [OPTION ...]\n"
	            "A simulator of the threat API, for tests and demos. "
	            "See tests/sim/README.md.\n"
	            "T is a number with ms, s, m, h or d.\n\n",
	    out);
	for (i = 0; i < NRULES; i++)
		(void)fprintf(out, "  --%s%s%s\n        %s\n", rules[i].name,
		    rules[i].value != NULL ? " " : "",
		    rules[i].value != NULL ? rules[i].value : "",
		    rules[i].help);
}

static const struct rule *
rule_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NRULES; i++) {
		if (strlen(rules[i].name) == len &&
		    !memcmp(rules[i].name, name, len))
			return &rules[i];
	}
	return NULL;
}

static int
rule_set(struct sim_options *o, const struct rule *r, const char *value)
{
	void *at;
	int sign;

	at = (char *)o + r->offset;
	switch (r->kind) {
	case KIND_STRING:
		*(const char **)at = value;
		return 0;
	case KIND_UINT:
		return sim_uint_parse(value, at);
	case KIND_MILLI:
		return milli_parse(value, at);
	case KIND_RANGE:
		return sim_range_parse(value, at, (uint64_t *)at + 1);
	case KIND_DURATION:
		return sim_duration_parse(value, at);
	case KIND_SIGNED:
		sign = value[0] == '-' ? -1 : 1;
		if (sim_duration_parse(value + (sign == -1), at) == -1)
			return -1;
		*(int64_t *)at *= sign;
		return 0;
	case KIND_TIME:
		return sim_time_parse(value, at);
	case KIND_END:
		return end_parse(value, at);
	case KIND_MOMENT:
		return sim_time_parse_relative(value, sim_time_now_ms(), at);
	case KIND_STREAMS:
		return sim_streams_parse(value, at);
	case KIND_FLAG:
		*(bool *)at = strcmp(value, "0") != 0;
		return 0;
	}
	return -1;
}

static int
milli_parse(const char *text, uint64_t *ret)
{
	double value;
	char *end;

	value = strtod(text, &end);
	if (end == text || *end != '\0' || !(value >= 0 && value <= 1e6))
		return -1;
	*ret = (uint64_t)(value * 1000 + 0.5);
	return 0;
}

static int
end_parse(const char *text, int *ret)
{
	static const char *const names[] = {
	    "absent", "null", "present", "never"};
	int i;

	for (i = 0; i < 4; i++) {
		if (!strcmp(text, names[i])) {
			*ret = i;
			return 0;
		}
	}
	return -1;
}
