/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both tables are laid out alike: rows that need attention first, then those
 * with something under way, then the rest, and what has no room is counted.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/attention.h"
#include "daemon/screen.h"
#include "daemon/stats.h"
#include "daemon/stats_screen.h"
#include "daemon/stats_words.h"

#define CELLS 8
#define CELL_MAX 304
#define NAME_COLUMNS 24
#define NAME_END 10
#define BAR 20
#define RANKS 3
/* Lines for what a thing is, and for what to do. */
#define WHAT_LINES 3
#define NEXT_LINES 2

/* Of one source or destination. */
struct line {
	char cells[CELLS][CELL_MAX];
	enum screen_ink ink; /* of the state, which is the second */
	struct progress_view progress;
	unsigned troubles;
};

/* One of the two tables. */
struct table {
	const struct stats *stats;
	const char *const *head;
	size_t count;
	void (*fill)(struct line *line, const struct stats *stats, size_t i);
	void (*put_left)(struct screen *s, const struct progress_view *p);
};

/* What of a table was put. */
struct page {
	struct screen *screen;
	const struct table *table;
	const size_t *widths;
	size_t to_row;
	unsigned more, troubled; /* that had no room */
};

struct told {
	struct screen *screen;
	bool is_urgent; /* those that are told in this pass */
	size_t to_row;
	unsigned left_out;
	size_t to_come; /* at the most */
};

static void put_headline(struct screen *s, const struct stats *stats);
static void put_sum(struct screen *s, const struct stats *stats);
static void put_attention(struct screen *s, const struct stats *stats);
static void put_item(const struct attention *item, void *arg);
static size_t table_lines(const struct table *t);
static void put_table(struct screen *s, const struct table *t, size_t lines);
static void measure(
    const struct table *t, size_t columns, size_t widths[CELLS]);
static void put_rank(struct page *page, int pass);
static int rank(const struct line *line);
static void put_line(struct screen *s, const struct table *t,
    const struct line *line, const size_t *widths);
static void put_bar(
    struct screen *s, const struct table *t, const struct progress_view *p);
static void put_more(struct screen *s, unsigned more, unsigned troubled);
static void fill_destination(
    struct line *line, const struct stats *stats, size_t i);
static void fill_source(struct line *line, const struct stats *stats, size_t i);
static void put_records_left(struct screen *s, const struct progress_view *p);
static void put_time_left(struct screen *s, const struct progress_view *p);
static void put_number(char cell[CELL_MAX], uint64_t n);
static void put_word(char cell[CELL_MAX], const char *word);
static void put_name(char cell[CELL_MAX], const char *name);
static const char *plural(size_t n);

static const char *const destination_head[CELLS] = {"DESTINATION", "STATE",
    "WAIT", "OLDEST", "CONFIRMED", "LAST", "BY", "SERVER"};
static const char *const source_head[CELLS] = {"SOURCE", "STATE", "LAST OK",
    "NEXT", "RECORDS", "UPDATES", "RETRIES", "BEHIND"};

void
stats_screen(struct buf *out, const struct stats *stats, size_t columns,
    size_t rows, bool is_coloured, bool is_utf8)
{
	const struct table destinations = {stats, destination_head,
	    stats->destination_count, fill_destination, put_records_left};
	const struct table sources = {stats, source_head, stats->source_count,
	    fill_source, put_time_left};
	struct screen s = {.out = out,
	    .is_coloured = is_coloured,
	    .cut = is_utf8 ? "\u2026" : "~"};
	size_t wanted[2] = {table_lines(&destinations), table_lines(&sources)};
	size_t room;

	s.columns = columns < SCREEN_COLUMNS_MIN ? SCREEN_COLUMNS_MIN
	    : columns > SCREEN_MAX               ? SCREEN_MAX
	                                         : columns;
	s.rows = rows < SCREEN_ROWS_MIN ? SCREEN_ROWS_MIN
	    : rows > SCREEN_MAX         ? SCREEN_MAX
	                                : rows;
	put_headline(&s, stats);
	put_sum(&s, stats);
	put_attention(&s, stats);
	/* What one table does not need is the other's. */
	room = screen_room(&s);
	if (wanted[0] + wanted[1] > room && wanted[0] > room / 2)
		wanted[0] =
		    wanted[1] < room - room / 2 ? room - wanted[1] : room / 2;
	put_table(&s, &destinations, wanted[0]);
	put_table(&s, &sources, screen_room(&s));
}

static void
put_headline(struct screen *s, const struct stats *stats)
{
	unsigned count = attention_to_all(stats, NULL, NULL);

	if (count == 0)
		screen_put(s, SCREEN_GOOD, "All well");
	else
		screen_put(s, SCREEN_BAD, "%u %s attention", count,
		    count == 1 ? "thing needs" : "things need");
	screen_end(s);
}

static void
put_sum(struct screen *s, const struct stats *stats)
{
	char uptime[32], used[32], quota[32];
	uint64_t waiting = 0;

	for (size_t i = 0; i < stats->destination_count; i++)
		waiting += stats->destinations[i].queued;
	stats_put_span(uptime, sizeof(uptime), stats->uptime_ms);
	stats_put_size(used, sizeof(used), stats->spool_bytes);
	stats_put_size(quota, sizeof(quota), stats->spool_quota);
	/* Of a version the release: cefctl status --json has all of it. */
	screen_put(s, SCREEN_DIM,
	    "cefd %.*s, up %s; %zu source%s, %zu destination%s; %" PRIu64
	    " wait; spool %s of %s",
	    (int)strcspn(stats->version, "~+-"), stats->version, uptime,
	    stats->source_count, plural(stats->source_count),
	    stats->destination_count, plural(stats->destination_count), waiting,
	    used, quota);
	screen_end(s);
}

/* Half of the screen at the most, the urgent first. */
static void
put_attention(struct screen *s, const struct stats *stats)
{
	struct told told = {s, true, s->row + s->rows / 2, 0,
	    attention_to_all(stats, NULL, NULL)};

	(void)attention_to_all(stats, put_item, &told);
	told.is_urgent = false;
	(void)attention_to_all(stats, put_item, &told);
	if (told.left_out == 0)
		return;
	screen_put(s, SCREEN_WARN,
	    "  and %u more: cefctl status | less has all", told.left_out);
	screen_end(s);
}

static void
put_item(const struct attention *item, void *arg)
{
	struct told *told = arg;
	struct screen *s = told->screen;
	enum screen_ink ink = item->is_urgent ? SCREEN_BAD : SCREEN_WARN;
	size_t room, others;

	if (item->is_urgent != told->is_urgent)
		return;
	others = --told->to_come * (1 + NEXT_LINES);
	if (s->row + 1 + NEXT_LINES > told->to_row) {
		told->left_out++;
		return;
	}
	room = told->to_row - s->row - NEXT_LINES;
	screen_put(s, ink, "%s", item->is_urgent ? "! " : "* ");
	screen_put(s, SCREEN_BOLD, "%s: ", item->name);
	screen_wrap(s, SCREEN_PLAIN, 4, room < WHAT_LINES ? room : WHAT_LINES,
	    item->what);
	screen_put(s, SCREEN_DIM, "    next: ");
	/* All of the rows that the others do not need. */
	room =
	    s->row + others < told->to_row ? told->to_row - s->row - others : 0;
	screen_wrap(s, SCREEN_PLAIN, 10, room > NEXT_LINES ? room : NEXT_LINES,
	    item->next);
}

/* With the blank line and the head. */
static size_t
table_lines(const struct table *t)
{
	size_t lines = 2 + t->count;
	struct line line;

	for (size_t i = 0; i < t->count; i++) {
		t->fill(&line, t->stats, i);
		lines += line.progress.left != 0;
	}
	return lines;
}

static void
put_table(struct screen *s, const struct table *t, size_t lines)
{
	size_t widths[CELLS];
	/* One line is for how many have no room. */
	struct page page = {.screen = s, .table = t, .widths = widths};

	if (lines < 3 || t->count == 0)
		return;
	page.to_row = s->row + lines - (table_lines(t) > lines);
	measure(t, s->columns, widths);
	screen_end(s);
	for (size_t k = 0; k < CELLS; k++)
		screen_cell(s, SCREEN_DIM, t->head[k], widths[k]);
	screen_end(s);
	for (int pass = 0; pass < RANKS; pass++)
		put_rank(&page, pass);
	if (page.more > 0)
		put_more(s, page.more, page.troubled);
}

/* With what is between two columns: less where the screen is narrow. */
static void
measure(const struct table *t, size_t columns, size_t widths[CELLS])
{
	struct line line;
	size_t sum = 0;

	for (size_t k = 0; k < CELLS; k++)
		widths[k] = strlen(t->head[k]);
	for (size_t i = 0; i < t->count; i++) {
		t->fill(&line, t->stats, i);
		for (size_t k = 0; k < CELLS; k++)
			if (strlen(line.cells[k]) > widths[k])
				widths[k] = strlen(line.cells[k]);
	}
	for (size_t k = 0; k < CELLS; k++)
		sum += widths[k];
	for (size_t k = 0; k < CELLS; k++)
		widths[k] += sum + 2 * (CELLS - 1) > columns ? 1 : 2;
}

static void
put_rank(struct page *page, int pass)
{
	const struct table *t = page->table;
	struct line line;

	for (size_t i = 0; i < t->count; i++) {
		t->fill(&line, t->stats, i);
		if (rank(&line) != pass)
			continue;
		if (page->more == 0 &&
		    page->screen->row + 1 + (line.progress.left != 0) <=
		        page->to_row) {
			put_line(page->screen, t, &line, page->widths);
			continue;
		}
		page->more++;
		page->troubled += line.troubles != 0;
	}
}

/* 0 to RANKS - 1. */
static int
rank(const struct line *line)
{
	return line->troubles != 0 ? 0 : line->progress.left != 0 ? 1 : 2;
}

static void
put_line(struct screen *s, const struct table *t, const struct line *line,
    const size_t *widths)
{
	for (size_t k = 0; k < CELLS; k++)
		screen_cell(s,
		    k == 1       ? line->ink
		        : k == 0 ? SCREEN_BOLD
		                 : SCREEN_PLAIN,
		    line->cells[k], widths[k]);
	screen_end(s);
	if (line->progress.left != 0)
		put_bar(s, t, &line->progress);
}

static void
put_bar(struct screen *s, const struct table *t, const struct progress_view *p)
{
	size_t full = (size_t)p->thousandths * BAR / 1000;
	char bar[BAR + 1], span[32];

	memset(bar, '#', full);
	memset(bar + full, '-', BAR - full);
	bar[BAR] = '\0';
	screen_put(s, SCREEN_GOOD, "  [%s]", bar);
	screen_put(
	    s, SCREEN_PLAIN, " %" PRIu64 " %% done; ", p->thousandths / 10);
	t->put_left(s, p);
	if (p->ends_in_ms != 0) {
		stats_put_span(span, sizeof(span), p->ends_in_ms);
		screen_put(s, SCREEN_BOLD, ", about %s left", span);
	} else if (p->per_second_milli < 0) {
		screen_put(s, SCREEN_WARN, ", and it grows");
	} else {
		screen_put(s, SCREEN_DIM, ", no estimate yet");
	}
	screen_end(s);
}

static void
put_more(struct screen *s, unsigned more, unsigned troubled)
{
	if (troubled == 0)
		screen_put(s, SCREEN_DIM, "and %u more, all well", more);
	else
		screen_put(s, SCREEN_WARN, "and %u more, %u of them not well",
		    more, troubled);
	screen_end(s);
}

static void
fill_destination(struct line *line, const struct stats *stats, size_t i)
{
	const struct stats_destination *d = &stats->destinations[i];
	bool is_in_trouble = d->last_error != NULL && d->last_error[0] != '\0';

	line->troubles = attention_to_destination(d, stats->now_ms, NULL, NULL);
	line->progress = d->drain;
	line->ink = is_in_trouble                  ? SCREEN_BAD
	    : strcmp(d->state, "paused") == 0      ? SCREEN_WARN
	    : strcmp(d->state, "backing-off") == 0 ? SCREEN_WARN
	                                           : SCREEN_GOOD;
	put_name(line->cells[0], d->name);
	put_word(line->cells[1], d->state);
	put_number(line->cells[2], d->queued);
	stats_put_ago(
	    line->cells[3], CELL_MAX, d->oldest_queued_ms, stats->now_ms);
	put_number(line->cells[4], d->confirmed);
	stats_put_ago(
	    line->cells[5], CELL_MAX, d->last_confirmed_ms, stats->now_ms);
	put_word(line->cells[6], d->confirmed != 0 ? d->confirm_level : NULL);
	put_word(line->cells[7], d->server);
}

static void
fill_source(struct line *line, const struct stats *stats, size_t i)
{
	const struct stats_source *s = &stats->sources[i];
	bool is_good = strcmp(s->sum.state, "ok") == 0 ||
	    strcmp(s->sum.state, "polling") == 0;

	line->troubles = attention_to_source(s, stats->now_ms, NULL, NULL);
	line->progress = s->backfill;
	line->ink = strcmp(s->sum.state, "disabled") == 0 ? SCREEN_DIM
	    : is_good                                     ? SCREEN_GOOD
	    : strcmp(s->sum.state, "denied") == 0 ||
	        strcmp(s->sum.state, "failing") == 0
	    ? SCREEN_BAD
	    : SCREEN_WARN;
	put_name(line->cells[0], s->sum.name);
	put_word(line->cells[1], s->sum.state);
	stats_put_ago(
	    line->cells[2], CELL_MAX, s->sum.last_success_ms, stats->now_ms);
	stats_put_ago(
	    line->cells[3], CELL_MAX, s->sum.next_poll_ms, stats->now_ms);
	put_number(line->cells[4], s->sum.records);
	put_number(line->cells[5], s->sum.updates);
	put_number(line->cells[6], s->sum.pending_retries);
	stats_put_span(line->cells[7], CELL_MAX, s->sum.behind_ms);
}

static void
put_records_left(struct screen *s, const struct progress_view *p)
{
	screen_put(s, SCREEN_PLAIN, "%" PRIu64 " records to go", p->left);
	if (p->per_second_milli > 0)
		screen_put(s, SCREEN_PLAIN, " at %" PRId64 " a second",
		    (p->per_second_milli + 500) / 1000);
}

static void
put_time_left(struct screen *s, const struct progress_view *p)
{
	char span[32];

	stats_put_span(span, sizeof(span), (int64_t)p->left * 1000);
	screen_put(s, SCREEN_PLAIN, "%s of the past to fetch", span);
}

static void
put_number(char cell[CELL_MAX], uint64_t n)
{
	(void)snprintf(cell, CELL_MAX, "%" PRIu64, n);
}

static void
put_word(char cell[CELL_MAX], const char *word)
{
	(void)snprintf(
	    cell, CELL_MAX, "%s", word != NULL && word[0] != '\0' ? word : "-");
}

/* Long names are often told apart by their ends. */
static void
put_name(char cell[CELL_MAX], const char *name)
{
	size_t len = strlen(name);

	if (len <= NAME_COLUMNS)
		(void)snprintf(cell, CELL_MAX, "%s", name);
	else
		(void)snprintf(cell, CELL_MAX, "%.*s~%s",
		    NAME_COLUMNS - 1 - NAME_END, name, name + len - NAME_END);
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}
