/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status, once or again and again. The daemon lays out the screen; here is
 * what a terminal needs of it: the whole frame is written at once from the top
 * left, over the one before, so that nothing flickers.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "ctl/ctl.h"
#include "ctl/sentences.h"
#include "ctl/terminal.h"
#include "io/standard.h"

#define WATCH_MS 2000
/* For what is answered from memory. */
#define QUICK_MS INT64_C(10000)
#define FRAME_MAX (64U << 20)

struct watch {
	const struct ctl *ctl;
	struct terminal terminal;
	struct buf frame; /* the last answer */
	bool is_shown;    /* a frame is on the terminal */
	int64_t lost_s;   /* when the daemon was lost; 0: it was not */
};

static char *sentence(const struct ctl *ctl, const struct terminal *terminal);
static int watch(const struct ctl *ctl);
static int look(struct watch *w);
static int lost(struct watch *w, const struct err *why);
static int show(struct watch *w, const char *notice);
static void put_lines(struct buf *out, const struct watch *w, size_t rows);
static int write_out(const struct buf *out);
static int64_t now_s(void);

int
ctl_status(const struct ctl *ctl)
{
	struct terminal terminal;
	char *line;
	int status;

	if (ctl->watch)
		return watch(ctl);
	terminal_look(&terminal);
	line = sentence(ctl, &terminal);
	status = ctl_ask(ctl, line, QUICK_MS, false);
	free(line);
	return status;
}

/* One line is for the prompt, or for the cursor. */
static char *
sentence(const struct ctl *ctl, const struct terminal *terminal)
{
	if (ctl->json)
		return xstrdup("status json");
	if (!terminal->is_one)
		return xstrdup("status");
	return xasprintf("status screen %zu %zu%s%s", terminal->columns,
	    terminal->rows - (terminal->rows > 1),
	    terminal->is_coloured ? " colour" : "",
	    terminal->is_utf8 ? " utf-8" : "");
}

static int
watch(const struct ctl *ctl)
{
	struct watch w = {.ctl = ctl};
	int status;

	buf_init(&w.frame, FRAME_MAX);
	while ((status = look(&w)) == EX_OK)
		(void)poll(NULL, 0, WATCH_MS);
	if (w.is_shown && w.terminal.moves && !ctl->json)
		terminal_release();
	buf_clear(&w.frame);
	return status;
}

/* EX_OK to go on. */
static int
look(struct watch *w)
{
	struct buf answer;
	struct err why;
	char *line;
	int status;

	terminal_look(&w->terminal);
	line = sentence(w->ctl, &w->terminal);
	buf_init(&answer, FRAME_MAX);
	status = ctl_ask_why(w->ctl, line, QUICK_MS, &answer, &why);
	free(line);
	if (status == EX_OK) {
		buf_clear(&w->frame);
		w->frame = answer;
		w->lost_s = 0;
		return show(w, NULL);
	}
	buf_clear(&answer);
	/* That it is there at all must have been seen once. */
	if (w->frame.len == 0 || status == EX_USAGE)
		return why.text[0] != '\0' ? ctl_fail(status, why.text, NULL)
		                           : status;
	return lost(w, &why);
}

/* It may be started again: ask until then. */
static int
lost(struct watch *w, const struct err *why)
{
	bool is_new = w->lost_s == 0;
	char *notice;
	int status;

	if (is_new)
		w->lost_s = now_s();
	if (w->ctl->json || !w->terminal.moves) {
		if (is_new)
			(void)ctl_fail(0,
			    "asking again every 2 s until it answers",
			    why->text);
		return EX_OK;
	}
	notice = xasprintf("No answer for %lld s, asking again every 2 s: %s",
	    (long long)(now_s() - w->lost_s), why->text);
	status = show(w, notice);
	free(notice);
	return status;
}

static int
show(struct watch *w, const char *notice)
{
	size_t used = 1 + (notice != NULL);
	struct buf out;
	int status;

	if (w->ctl->json || !w->terminal.moves)
		return write_out(&w->frame);
	buf_init(&out, FRAME_MAX);
	if (!w->is_shown) {
		w->is_shown = true;
		terminal_seize();
		(void)buf_puts(&out, "\033[2J");
	}
	(void)buf_puts(&out, "\033[H");
	if (notice != NULL)
		(void)buf_printf(
		    &out, "%.*s\033[K\n", (int)w->terminal.columns, notice);
	put_lines(
	    &out, w, w->terminal.rows > used ? w->terminal.rows - used : 0);
	(void)buf_puts(&out, "\033[J");
	status = write_out(&out);
	buf_clear(&out);
	return status;
}

/* Each clears what the last frame had behind its end. */
static void
put_lines(struct buf *out, const struct watch *w, size_t rows)
{
	const char *at = w->frame.data, *end = at + w->frame.len;

	for (; rows > 0 && at < end; rows--) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		(void)buf_put(out, at, (size_t)(stop - at));
		(void)buf_puts(out, "\033[K\n");
		at = stop + 1;
	}
}

static int
write_out(const struct buf *out)
{
	/* What failed is told at the end. */
	return standard_put(out->data, out->len) == 0 ? EX_OK : EX_IOERR;
}

static int64_t
now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec;
}
