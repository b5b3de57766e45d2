/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line a step. Much of its text comes from outside, so it passes here: the
 * token is taken out, and what could move a terminal's cursor is escaped.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "conf/conf.h"
#include "intake/probe_parts.h"

#define TEXT_MAX 2048
/* So many octets of the token in a row give it away. */
#define RUN_MIN ((size_t)8)
#define LINE_MAX_BYTES (4 * TEXT_MAX + 64)

static const char *const marks[PROBE_MARKS] = {
    [PROBE_OK] = "ok",
    [PROBE_WARN] = "warn",
    [PROBE_FAIL] = "FAIL",
    [PROBE_SKIP] = "skip",
};

static const char *const topics[TOPIC_END] = {
    [TOPIC_TOKEN_FILE] = "token-file",
    [TOPIC_NAME] = "name",
    [TOPIC_CONNECT] = "connect",
    [TOPIC_CERTIFICATE] = "certificate",
    [TOPIC_ANSWER] = "answer",
    [TOPIC_TOKEN] = "token",
    [TOPIC_PERMISSION] = "permission",
    [TOPIC_LICENCE] = "licence",
    [TOPIC_CLOCK] = "clock",
    [TOPIC_LIST] = "list",
    [TOPIC_TOKENS] = "tokens",
};

static void put_safe(struct buf *line, struct text t, const char *token);
static size_t token_at(struct text t, struct text token);
static void put_topics(struct buf *line, unsigned which);
static void put_out(struct probe *p, struct buf *line);

void
probe_say(struct probe *p, enum probe_mark mark, enum probe_topic topic,
    const char *fmt, ...)
{
	char text[TEXT_MAX];
	struct buf line;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->topics[mark] |= 1U << topic;
	buf_init(&line, LINE_MAX_BYTES);
	(void)buf_printf(&line, "%-5s %-12s ", marks[mark], topics[topic]);
	put_safe(&line, text_of(text), p->token);
	put_out(p, &line);
}

bool
probe_sum_up(struct probe *p)
{
	unsigned failed = p->topics[PROBE_FAIL];
	unsigned warned = p->topics[PROBE_WARN];
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	(void)buf_printf(&line, "%s: %s", p->conf->name,
	    failed != 0 ? "not well: " : "well");
	put_topics(&line, failed);
	if (failed == 0 && warned != 0) {
		(void)buf_puts(&line, ", with warnings: ");
		put_topics(&line, warned);
	}
	put_out(p, &line);
	return failed == 0;
}

static void
put_safe(struct buf *line, struct text t, const char *token)
{
	size_t len;
	uint32_t c;

	while (t.len > 0) {
		len = token_at(t, text_of(token));
		if (len != 0) {
			(void)buf_puts(line, "(the token)");
		} else {
			len = utf8_decode(t, &c);
			if (c != UTF8_INVALID && !utf8_is_hostile(c))
				(void)buf_put(line, t.ptr, len);
			else
				for (size_t i = 0; i < len; i++)
					(void)buf_printf(line, "\\x%02x",
					    (unsigned char)t.ptr[i]);
		}
		t.ptr += len;
		t.len -= len;
	}
}

/* Octets at the front of `t` that are the token's, or 0. A run of it is enough:
 * a server may have cut it. */
static size_t
token_at(struct text t, struct text token)
{
	size_t run = token.len < RUN_MIN ? token.len : RUN_MIN;
	const char *at;

	if (run == 0 || t.len < run)
		return 0;
	at = memmem(token.ptr, token.len, t.ptr, run);
	if (at == NULL)
		return 0;
	while (run < t.len && at + run < token.ptr + token.len &&
	    at[run] == t.ptr[run])
		run++;
	return run;
}

static void
put_topics(struct buf *line, unsigned which)
{
	const char *between = "";

	for (unsigned i = 0; i < TOPIC_END; i++) {
		if ((which & 1U << i) == 0)
			continue;
		(void)buf_printf(line, "%s%s", between, topics[i]);
		between = ", ";
	}
}

static void
put_out(struct probe *p, struct buf *line)
{
	(void)buf_putc(line, '\n');
	p->line(line->data, line->len, p->arg);
	buf_clear(line);
}
