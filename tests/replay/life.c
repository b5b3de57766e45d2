/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon does around its intake, as little as that is.
 */
#include "config.h"

#include <string.h>

#include "api_fake.h"
#include "base/err.h"
#include "base/rfc3339.h"
#include "base/rng.h"
#include "conf/sections.h"
#include "crash.h"
#include "format/record.h"
#include "intake/budget.h"
#include "intake/gate.h"
#include "intake/replay.h"
#include "intake/source.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "io/http.h"
#include "io/loop.h"
#include "joining.h"
#include "life.h"
#include "oracle_told.h"
#include "ring.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool/turn.h"

#define QUOTA_BYTES (UINT64_C(64) << 20)
/* Less than is in use, always. */
#define FULL_BYTES 4096
#define OUTLETS_MAX QUEUES_MAX
#define GATE_PLACES 64
/* What a day without an answer, and other trouble, may come to. */
#define REPLAY_MAX_MS (3 * DAY_MS)

struct life {
	struct ring *ring;
	struct spool *spool;
	struct loop *loop;
	struct http *http;
	struct rng rng;
	struct conf_source confs[2]; /* in turn */
	unsigned conf_at;
	struct outlet outlets[OUTLETS_MAX];
	uint64_t sequences[OUTLETS_MAX];
	struct gate *gate;
	struct budgets *budgets;
	struct source *source;
	struct joining *joining; /* NULL: all are there from the start */
};

static struct life *current;

static const char *const queue_names[OUTLETS_MAX] = {"siem", "second"};

static bool open_spool(struct life *life, const char *folder);
static void spoil_cursors(struct life *life);
static void set_conf(struct conf_source *conf, const struct ring *ring);
static void reload(struct life *life);
static void set_pause(struct life *life);
static void start(struct life *life);
static void see_past(struct life *life, struct source *source);
static void join(struct life *life, const struct turn *turn);
static void replay(struct life *life, const struct turn *turn);
static source_replay_fn on_replayed;
static void drain(struct life *life);
static void on_committed(void *arg);

void
life_run(struct ring *ring, const char *folder)
{
	struct life life = {.ring = ring};
	struct intake_world world = {.committed = on_committed};

	if (!open_spool(&life, folder))
		return;
	life.loop = world.loop = loop_new(NULL);
	spool_follow(life.spool, life.loop);
	life.http = world.http = http_new(life.loop, NULL);
	rng_init(&life.rng, rng_next(&ring->dice));
	world.rng = &life.rng;
	world.spool = life.spool;
	life.gate = world.gate = gate_new(GATE_PLACES);
	life.budgets = world.budgets = budgets_new();
	set_conf(&life.confs[0], ring);
	crash_begin(ring, life.loop);
	if (ring->ahead_ms != 0)
		spoil_cursors(&life);
	ring->hold_ms = 0;
	current = &life;
	if (script_has(&ring->script, TURN_JOIN))
		life.joining = joining_new(ring, life.loop, life.spool);
	see_past(&life, NULL);
	ring->outlets = life.joining != NULL && !ring->has_joined
	    ? QUEUE_LATE
	    : ring->script.outlets;
	life.source =
	    source_new(&world, &life.confs[0], life.outlets, ring->outlets);
	start(&life);
	loop_run(life.loop);
	source_free(life.source);
	joining_free(life.joining);
	oracle_life_ended(ring, !crash_is_dead());
	gate_free(life.gate);
	budgets_free(life.budgets);
	http_free(life.http);
	loop_free(life.loop);
	current = NULL;
	spool_close(life.spool);
}

void
life_stop(void)
{
	loop_stop(current->loop);
}

void
life_turn(struct ring *ring, const struct turn *turn)
{
	switch (turn->kind) {
	case TURN_RELOAD:
		reload(current);
		break;
	case TURN_PAUSE:
	case TURN_RESUME:
		ring->is_paused = turn->kind == TURN_PAUSE;
		set_pause(current);
		break;
	case TURN_FULL:
		ring->is_full = true;
		spool_set_quota(current->spool, FULL_BYTES);
		break;
	case TURN_DRAIN:
		drain(current);
		break;
	case TURN_REPLAY:
		replay(current, turn);
		break;
	case TURN_JOIN:
		join(current, turn);
		break;
	case TURN_STOP:
	case TURN_KILL:
	case TURN_COMMIT:
	case TURN_CLOCK:
		break;
	}
}

void
life_judge(struct ring *ring, const char *folder)
{
	struct life life = {.ring = ring};

	if (!open_spool(&life, folder))
		return;
	for (unsigned i = 0; i < ring->script.outlets; i++) {
		oracle_read_queue(ring, life.outlets[i].queue, i);
		oracle_judge_queue(ring, i);
	}
	if (joining_waits(life.spool, &stream_threats))
		oracle_violation(ring, NO_MESSAGE,
		    "the destination that was added has not got its past");
	oracle_joined(ring);
	spool_close(life.spool);
}

static bool
open_spool(struct life *life, const char *folder)
{
	struct err why;

	if (spool_open(&life->spool, folder,
	        life->ring->is_full ? FULL_BYTES : QUOTA_BYTES, &why) == -1) {
		oracle_violation(life->ring, NO_MESSAGE,
		    "the spool cannot be opened: %s", why.text);
		return false;
	}
	for (unsigned i = 0; i < life->ring->script.outlets; i++) {
		struct outlet *outlet = &life->outlets[i];

		if (queue_open(life->spool, queue_names[i], &outlet->queue,
		        &why) == -1) {
			oracle_violation(life->ring, NO_MESSAGE,
			    "a queue cannot be opened: %s", why.text);
			spool_close(life->spool);
			return false;
		}
		outlet->style = (struct style){
		    .header = HEADER_RFC5424,
		    .facility = 16,
		    .hostname = "replay",
		    .app_name = "cefd",
		    .vendor = "Abnormal Security",
		    .product = "Inbound Email Security",
		    .max_size = RECORD_MAX_DEFAULT,
		};
		outlet->sequence = &life->sequences[i];
		outlet->id = i + 1;
	}
	return true;
}

/* As a daemon of earlier days left them that believed a clock in the future. */
static void
spoil_cursors(struct life *life)
{
	static const char *const names[] = {"cursor/acme/threats/received",
	    "cursor/acme/threats/remediated", "cursor/acme/threats/origin"};
	struct ring *ring = life->ring;
	struct batch *batch = batch_new();
	char value[RFC3339_SEC_LEN + 1];
	struct err why;

	rfc3339_sec(value, ring->clock.now_ms + ring->ahead_ms);
	for (size_t i = 0; i < 3; i++)
		batch_put_cursor(batch, names[i], value);
	if (spool_commit(life->spool, batch, &why) == -1)
		oracle_violation(ring, NO_MESSAGE, "%s", why.text);
	batch_free(batch);
	ring->ahead_ms = 0;
}

/* In a killed life too: who reloads has changed the file. */
static void
reload(struct life *life)
{
	struct conf_source *conf = &life->confs[++life->conf_at % 2];

	life->ring->is_reloaded = !life->ring->is_reloaded;
	set_conf(conf, life->ring);
	see_past(life, life->source);
	source_reconfigure(life->source, conf, life->outlets,
	    life->ring->outlets, life->ring->is_reloaded ? 0 : -1);
}

static void
start(struct life *life)
{
	if (life->ring->pause_is_due)
		set_pause(life);
	source_start(life->source, 0);
	if (life->joining != NULL && life->ring->has_joined)
		joining_begin(
		    life->joining, life->source, &life->outlets[QUEUE_LATE]);
}

/* `source`: what runs already, or NULL. */
static void
see_past(struct life *life, struct source *source)
{
	if (life->joining == NULL || !life->ring->has_joined)
		return;
	joining_note(life->joining, source);
	life->outlets[QUEUE_LATE].lacks_past = joining_waits(life->spool, NULL);
}

/* What runs is still for the others, up to the last it has gathered. */
static void
join(struct life *life, const struct turn *turn)
{
	struct ring *ring = life->ring;

	ring->has_joined = true;
	ring->past_ms = turn->past_ms;
	see_past(life, life->source);
	source_reconfigure(life->source, &life->confs[life->conf_at % 2],
	    life->outlets, ring->script.outlets, -1);
	ring->outlets = ring->script.outlets;
	joining_begin(life->joining, life->source, &life->outlets[QUEUE_LATE]);
}

/* Who is told that it failed does it again. */
static void
set_pause(struct life *life)
{
	struct err why;

	life->ring->pause_is_due =
	    source_pause(life->source, life->ring->is_paused, &why) == -1;
}

/* One at a time, and none of a source that rests. */
static void
replay(struct life *life, const struct turn *turn)
{
	struct ring *ring = life->ring;
	struct outlet outlets[OUTLETS_MAX];
	unsigned queues = turn->queues & ((1U << ring->outlets) - 1);
	size_t count = 0;
	struct err why;
	const struct replay_wish wish = {
	    .since_s = turn->since_ms / 1000, .until_s = turn->until_ms / 1000};

	for (unsigned i = 0; i < ring->outlets; i++)
		if (queues & 1U << i)
			outlets[count++] = life->outlets[i];
	if (count == 0)
		return;
	if (source_replay(life->source, &wish, outlets, count, on_replayed,
	        ring, &why) == -1)
		return;
	ring_note_replay(ring, wish.since_s, wish.until_s, queues, false);
	if (turn->joins)
		(void)source_poll(life->source, NULL, NULL);
}

static void
on_replayed(const struct replay_end *end, void *arg)
{
	struct ring *ring = arg;

	ring->again.is_running = false;
	if (ring->clock.now_ms - ring->again.began_ms > REPLAY_MAX_MS)
		oracle_violation(ring, NO_MESSAGE, "replay %u took %lld hours",
		    ring->again.number,
		    (long long)((ring->clock.now_ms - ring->again.began_ms) /
		        HOUR_MS));
	if (end->error == NULL &&
	    (end->missing == NULL ||
	        (ring->script.poison.is_refused &&
	            strstr(end->missing, "details") == NULL)))
		oracle_replayed(ring);
}

static void
drain(struct life *life)
{
	for (unsigned i = 0; i < life->ring->script.outlets; i++)
		oracle_read_queue(life->ring, life->outlets[i].queue, i);
	life->ring->is_full = false;
	spool_set_quota(life->spool, QUOTA_BYTES);
	source_kick(life->source);
}

static void
set_conf(struct conf_source *conf, const struct ring *ring)
{
	const struct script *script = &ring->script;
	unsigned others = script->others;
	static char name[] = "acme", host[] = API_HOST, token[] = "token";

	/* Without one of the streams, and with a wider overlap. */
	if (ring->is_reloaded)
		others &= others - 1;
	*conf = (struct conf_source){
	    .name = name,
	    .host = host,
	    .token = token,
	    .enabled = true,
	    .streams = STREAM_THREATS | others << 1,
	    .enrich = script->enrich,
	    .catch_up = script->newest_first ? CATCH_UP_NEWEST_FIRST
	                                     : CATCH_UP_OLDEST_FIRST,
	    .poll_interval_ms = script->poll_interval_ms,
	    .start_ago_ms = script->start_ago_ms,
	    .overlap_ms = script->scope == SCOPE_BARE
	        ? 0
	        : (ring->is_reloaded ? 80 : 72) * HOUR_MS,
	    .recheck_ms = script->scope == SCOPE_FULL ? 30 * DAY_MS : 0,
	    .lag_ms = script->lag_ms,
	    .requests_per_minute = script->requests_per_minute,
	    .max_in_flight = script->max_in_flight,
	    .page_size = script->page_size,
	    .timeout_ms = 30 * SECOND_MS,
	};
}

static void
on_committed(void *arg)
{
	(void)arg;
}
