/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As the daemon does it: rows beside the cursors, and a replay after the other
 * until all are done; what fails is tried again, in another life as well.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "fake_clock.h"
#include "intake/errand.h"
#include "intake/outlet.h"
#include "intake/source.h"
#include "intake/source_stats.h"
#include "intake/stream.h"
#include "io/timer.h"
#include "joining.h"
#include "oracle_told.h"
#include "ring.h"
#include "spool/batch.h"
#include "spool/ledger.h"
#include "spool/spool.h"

#define ROW_SIZE 80
#define ROW_MET "start/second"
#define LOOK_EVERY_MS (5 * MINUTE_MS)
#define SLACK_S 3

struct joining {
	struct ring *ring;
	struct spool *spool;
	struct timer *timer;
	struct source *source;
	const struct outlet *outlet;
	const struct stream *stream; /* whose past is being fetched */
};

static bool read_row(struct spool *spool, const struct stream *stream,
    char name[ROW_SIZE], int64_t *ret_since_s, int64_t *ret_until_s);
static void on_look(void *arg);
static bool begin(struct joining *j, const struct replay_wish *wish);
static source_replay_fn on_done;

struct joining *
joining_new(struct ring *ring, struct loop *loop, struct spool *spool)
{
	struct joining *j = xcalloc(1, sizeof(*j));

	j->ring = ring;
	j->spool = spool;
	j->timer = timer_new(loop, on_look, j);
	return j;
}

void
joining_free(struct joining *j)
{
	if (j == NULL)
		return;
	timer_free(j->timer);
	free(j);
}

void
joining_note(struct joining *j, const struct source *source)
{
	int64_t now_ms = j->ring->clock.now_ms;
	char name[ROW_SIZE], value[8];
	struct batch *batch;
	struct err why;
	struct buf row;

	if (cursor_get(j->spool, ROW_MET, value, sizeof(value), NULL) == 1)
		return;
	j->ring->joined_ms = now_ms;
	batch = batch_new();
	batch_put_cursor(batch, ROW_MET, "new");
	for (size_t i = 0; i < stream_count; i++) {
		if (!source_has_begun(
		        j->spool, "acme", source, stream_table[i]))
			continue;
		(void)snprintf(name, sizeof(name), "start/second/acme/%s",
		    stream_table[i]->name);
		buf_init(&row, ERRAND_ROW_MAX);
		errand_put_row(&row, (now_ms - j->ring->past_ms) / 1000,
		    now_ms / 1000 + SLACK_S);
		batch_put_cursor(batch, name, row.data);
		buf_clear(&row);
	}
	/* Killed before this, the next life meets it. */
	(void)spool_commit(j->spool, batch, &why);
	batch_free(batch);
}

bool
joining_waits(struct spool *spool, const struct stream *stream)
{
	char name[ROW_SIZE];
	int64_t since_s, until_s;

	for (size_t i = 0; i < stream_count; i++)
		if ((stream == NULL || stream_table[i] == stream) &&
		    read_row(spool, stream_table[i], name, &since_s, &until_s))
			return true;
	return false;
}

void
joining_begin(
    struct joining *j, struct source *source, const struct outlet *outlet)
{
	j->source = source;
	j->outlet = outlet;
	timer_set(j->timer, 0);
}

static bool
read_row(struct spool *spool, const struct stream *stream, char name[ROW_SIZE],
    int64_t *ret_since_s, int64_t *ret_until_s)
{
	char value[ERRAND_ROW_MAX];

	(void)snprintf(name, ROW_SIZE, "start/second/acme/%s", stream->name);
	return cursor_get(spool, name, value, sizeof(value), NULL) == 1 &&
	    errand_parse_row(value, ret_since_s, ret_until_s) == 0;
}

static void
on_look(void *arg)
{
	struct joining *j = arg;
	char name[ROW_SIZE];
	struct replay_wish wish = {.row = name};
	bool is_waiting = false, is_begun = false;

	for (size_t i = 0; i < stream_count && !is_begun; i++) {
		wish.stream = stream_table[i];
		if (!read_row(j->spool, wish.stream, name, &wish.since_s,
		        &wish.until_s))
			continue;
		is_waiting = true;
		is_begun = wish.until_s * 1000 <= j->ring->clock.now_ms &&
		    begin(j, &wish);
	}
	if (is_waiting && !is_begun)
		timer_set(j->timer, LOOK_EVERY_MS);
}

static bool
begin(struct joining *j, const struct replay_wish *wish)
{
	struct ring *ring = j->ring;
	struct err why;

	if (source_replay(j->source, wish, j->outlet, 1, on_done, j, &why) ==
	    -1)
		return false;
	j->stream = wish->stream;
	ring_note_replay(
	    ring, wish->since_s, wish->until_s, 1U << QUEUE_LATE, true);
	return true;
}

static void
on_done(const struct replay_end *end, void *arg)
{
	struct joining *j = arg;

	j->ring->again.is_running = false;
	j->ring->lacks_some |= end->missing != NULL;
	if (end->error == NULL && j->stream == &stream_threats)
		oracle_joined(j->ring);
	if (end->error == NULL && !joining_waits(j->spool, NULL))
		source_past_is_given(j->source, j->outlet->queue);
	timer_set(j->timer, end->error == NULL ? 0 : LOOK_EVERY_MS);
}
