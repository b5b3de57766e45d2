/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status on one screen. Each table is laid out twice: once to measure its
 * columns, once to write them.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/rfc3339.h"
#include "daemon/attention.h"
#include "daemon/stats.h"
#include "daemon/stats_words.h"
#include "format/clean.h"

#define COLUMNS 8
#define NOTE_MAX 1000
#define CELL_MAX 304 /* a host name, a port */

/* One row's cells; the last column is as wide as it likes. */
struct row {
	char cells[COLUMNS][CELL_MAX];
};

struct widths {
	int of[COLUMNS];
};

static void put_head(struct buf *out, const struct stats *stats);
static void put_sources(struct buf *out, const struct stats *stats);
static void put_replay(struct buf *out, const struct stats_source *s);
static void put_destinations(struct buf *out, const struct stats *stats);
static attention_fn put_attention;
static bool has_streams(const struct stats_source *s);
static void stream_row(struct row *row, const char *indent,
    const struct stats_stream *s, int64_t now_ms);
static void destination_row(
    struct row *row, const struct stats_destination *d, int64_t now_ms);
static void measure(struct widths *widths, const struct row *row);
static void put_row(
    struct buf *out, const struct widths *widths, const struct row *row);
static void put_note(
    struct buf *out, const char *name, const char *what, const char *text);
static void put_clean(struct buf *out, const char *text);
static void put_warnings(
    struct buf *out, const struct stats_destination *d, int64_t now_ms);
static void put_expiry(struct buf *out, const char *name, const char *what,
    int64_t expires_ms, int64_t now_ms);

static const struct row source_head = {{"SOURCE", "STATE", "LAST OK",
    "NEXT POLL", "RECORDS", "UPDATES", "RETRIES", "GIVEN UP"}};
static const struct row destination_head = {{"DESTINATION", "STATE", "QUEUED",
    "OLDEST", "CONFIRMED", "RESENT", "LAST CONFIRMED", "SERVER"}};

void
stats_text(struct buf *out, const struct stats *stats)
{
	put_head(out, stats);
	put_sources(out, stats);
	put_destinations(out, stats);
	if (attention_to_all(stats, NULL, NULL) != 0)
		(void)buf_puts(out, "\nWHAT TO DO\n");
	(void)attention_to_all(stats, put_attention, out);
}

static void
put_head(struct buf *out, const struct stats *stats)
{
	char uptime[CELL_MAX], used[CELL_MAX], quota[CELL_MAX];

	stats_put_span(uptime, sizeof(uptime), stats->uptime_ms);
	stats_put_size(used, sizeof(used), stats->spool_bytes);
	stats_put_size(quota, sizeof(quota), stats->spool_quota);
	(void)buf_printf(out, "cefd %s, up %s; spool %s of %s%s\n",
	    stats->version, uptime, used, quota,
	    stats->spool_failure != NULL ? ", FAILED"
	        : stats->spool_gone      ? ", GONE from its folder"
	        : stats->spool_full      ? ", FULL: polling waits for room"
	                                 : "");
	put_note(out, "spool", "failed", stats->spool_failure);
	put_note(out, "status listener", "failed", stats->listener_failure);
}

static void
put_sources(struct buf *out, const struct stats *stats)
{
	struct widths widths = {{0}};
	struct row row;

	measure(&widths, &source_head);
	for (size_t i = 0; i < stats->source_count; i++) {
		const struct stats_source *s = &stats->sources[i];

		stream_row(&row, "", &s->sum, stats->now_ms);
		measure(&widths, &row);
		for (size_t k = 0; has_streams(s) && k < s->stream_count; k++) {
			stream_row(&row, "  ", &s->streams[k], stats->now_ms);
			measure(&widths, &row);
		}
	}
	(void)buf_putc(out, '\n');
	put_row(out, &widths, &source_head);
	for (size_t i = 0; i < stats->source_count; i++) {
		const struct stats_source *s = &stats->sources[i];

		stream_row(&row, "", &s->sum, stats->now_ms);
		put_row(out, &widths, &row);
		for (size_t k = 0; has_streams(s) && k < s->stream_count; k++) {
			stream_row(&row, "  ", &s->streams[k], stats->now_ms);
			put_row(out, &widths, &row);
		}
		put_note(
		    out, s->sum.name, "last error", stats_last_error(&s->sum));
		put_replay(out, s);
		put_expiry(out, s->sum.name, "token", s->token_expires_ms,
		    stats->now_ms - s->skew_ms);
	}
}

static void
put_replay(struct buf *out, const struct stats_source *s)
{
	char since[RFC3339_SEC_LEN + 1], until[RFC3339_SEC_LEN + 1];
	char note[128 + ERR_TEXT_MAX];
	const char *why = s->replay_trouble != NULL ? s->replay_trouble : "";

	if (s->replay_until_ms == 0)
		return;
	rfc3339_sec(since, s->replay_since_ms);
	rfc3339_sec(until, s->replay_until_ms);
	(void)snprintf(note, sizeof(note),
	    "%s to %s, %" PRIu64 " records so far%s%s", since, until,
	    s->replay_records, why[0] != '\0' ? "; it waits: " : "", why);
	put_note(out, s->sum.name, "replaying", note);
}

static void
put_destinations(struct buf *out, const struct stats *stats)
{
	struct widths widths = {{0}};
	struct row row;

	measure(&widths, &destination_head);
	for (size_t i = 0; i < stats->destination_count; i++) {
		destination_row(&row, &stats->destinations[i], stats->now_ms);
		measure(&widths, &row);
	}
	(void)buf_putc(out, '\n');
	put_row(out, &widths, &destination_head);
	for (size_t i = 0; i < stats->destination_count; i++) {
		const struct stats_destination *d = &stats->destinations[i];

		destination_row(&row, d, stats->now_ms);
		put_row(out, &widths, &row);
		if (d->confirmed != 0)
			put_note(
			    out, d->name, "confirmed by", d->confirm_level);
		put_note(out, d->name, "last error", d->last_error);
		put_expiry(out, d->name, "certificate",
		    d->certificate_expires_ms, stats->now_ms);
		put_expiry(out, d->name, "client certificate",
		    d->client_certificate_expires_ms, stats->now_ms);
		put_expiry(out, d->name, "list of revoked certificates",
		    d->crl_expires_ms, stats->now_ms);
		put_warnings(out, d, stats->now_ms);
	}
}

static void
put_attention(const struct attention *item, void *arg)
{
	put_note(arg, item->name, item->what, item->next);
}

static void
number_text(char cell[CELL_MAX], uint64_t n)
{
	(void)snprintf(cell, CELL_MAX, "%" PRIu64, n);
}

static void
word_text(char cell[CELL_MAX], const char *word)
{
	(void)snprintf(
	    cell, CELL_MAX, "%s", word != NULL && word[0] != '\0' ? word : "-");
}

/* One alone is told by its source's row. */
static bool
has_streams(const struct stats_source *s)
{
	return s->stream_count > 1;
}

static void
stream_row(struct row *row, const char *indent, const struct stats_stream *s,
    int64_t now_ms)
{
	(void)snprintf(row->cells[0], CELL_MAX, "%s%s", indent, s->name);
	word_text(row->cells[1], s->state);
	stats_put_ago(row->cells[2], CELL_MAX, s->last_success_ms, now_ms);
	stats_put_ago(row->cells[3], CELL_MAX, s->next_poll_ms, now_ms);
	number_text(row->cells[4], s->records);
	number_text(row->cells[5], s->updates);
	number_text(row->cells[6], s->pending_retries);
	number_text(row->cells[7], s->given_up);
}

static void
destination_row(
    struct row *row, const struct stats_destination *d, int64_t now_ms)
{
	word_text(row->cells[0], d->name);
	word_text(row->cells[1], d->state);
	number_text(row->cells[2], d->queued);
	stats_put_ago(row->cells[3], CELL_MAX, d->oldest_queued_ms, now_ms);
	number_text(row->cells[4], d->confirmed);
	number_text(row->cells[5], d->resent);
	stats_put_ago(row->cells[6], CELL_MAX, d->last_confirmed_ms, now_ms);
	word_text(row->cells[7], d->server);
}

static void
measure(struct widths *widths, const struct row *row)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		int len = (int)strlen(row->cells[i]);

		if (len > widths->of[i])
			widths->of[i] = len;
	}
}

static void
put_row(struct buf *out, const struct widths *widths, const struct row *row)
{
	for (size_t i = 0; i < COLUMNS - 1; i++)
		(void)buf_printf(out, "%-*s  ", widths->of[i], row->cells[i]);
	(void)buf_printf(out, "%s\n", row->cells[COLUMNS - 1]);
}

/* An error may quote the other side: what moves a terminal is taken out. */
static void
put_note(struct buf *out, const char *name, const char *what, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	(void)buf_printf(out, "  %s: ", name);
	put_clean(out, what);
	(void)buf_puts(out, ": ");
	put_clean(out, text);
	(void)buf_putc(out, '\n');
}

static void
put_clean(struct buf *out, const char *text)
{
	struct buf scratch;
	struct text t;
	bool cut = false;

	buf_init(&scratch, NOTE_MAX * 4);
	t = clean(text_of(text), NOTE_MAX, &scratch, &cut);
	for (size_t i = 0; i < t.len; i++)
		(void)buf_putc(
		    out, t.ptr[i] == '\n' || t.ptr[i] == '\r' ? ' ' : t.ptr[i]);
	buf_clear(&scratch);
}

static void
put_warnings(struct buf *out, const struct stats_destination *d, int64_t now_ms)
{
	char text[STATS_WARNING_MAX];

	for (size_t i = 0; stats_warning(d, now_ms, i, text); i++)
		put_note(out, d->name, "warning", text);
	if (d->set_aside == 0)
		return;
	(void)snprintf(text, sizeof(text),
	    "%" PRIu64 " records were damaged on the disk and perhaps not sent",
	    d->set_aside);
	put_note(out, d->name, "warning", text);
}

static void
put_expiry(struct buf *out, const char *name, const char *what,
    int64_t expires_ms, int64_t now_ms)
{
	char span[CELL_MAX];

	if (expires_ms == 0)
		return;
	stats_put_ago(span, CELL_MAX, expires_ms, now_ms);
	(void)buf_printf(out, "  %s: %s %s %s\n", name, what,
	    expires_ms > now_ms ? "expires" : "EXPIRED", span);
}
