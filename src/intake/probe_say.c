/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line a step, and what they come to in the end.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/step_line.h"
#include "conf/conf.h"
#include "intake/probe_parts.h"

#define TEXT_MAX 2048
#define LINE_MAX_BYTES (4 * TEXT_MAX + 64)

static const char *const topics[TOPIC_END] = {
    [TOPIC_TOKEN_FILE] = "token-file",
    [TOPIC_NAME] = "name",
    [TOPIC_CONNECT] = "connect",
    [TOPIC_CERTIFICATE] = "certificate",
    [TOPIC_CHAIN] = "chain",
    [TOPIC_FINGERPRINT] = "fingerprint",
    [TOPIC_ANSWER] = "answer",
    [TOPIC_TOKEN] = "token",
    [TOPIC_PERMISSION] = "permission",
    [TOPIC_LICENCE] = "licence",
    [TOPIC_CLOCK] = "clock",
    [TOPIC_LIST] = "list",
    [TOPIC_DETAIL] = "detail",
    [TOPIC_TOKENS] = "tokens",
};

static void put_topics(struct buf *line, unsigned which);
static void put_out(struct probe *p, struct buf *line);

void
probe_say(struct probe *p, enum step_mark mark, enum probe_topic topic,
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
	step_line(&line, mark, topics[topic], text_of(text), p->token);
	p->line(line.data, line.len, p->arg);
	buf_clear(&line);
}

bool
probe_sum_up(struct probe *p)
{
	unsigned failed = p->topics[STEP_FAIL];
	unsigned warned = p->topics[STEP_WARN];
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
