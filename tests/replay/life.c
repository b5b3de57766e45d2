/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon does around its intake, as little as that is.
 */
#include "config.h"

#include <string.h>

#include "api_fake.h"
#include "base/err.h"
#include "base/rng.h"
#include "conf/sections.h"
#include "crash.h"
#include "format/record.h"
#include "intake/budget.h"
#include "intake/gate.h"
#include "intake/source.h"
#include "intake/take.h"
#include "io/http.h"
#include "io/loop.h"
#include "life.h"
#include "ring.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define QUOTA_BYTES (UINT64_C(64) << 20)
#define OUTLETS_MAX QUEUES_MAX
#define GATE_PLACES 64

struct life {
	struct ring *ring;
	struct spool *spool;
	struct loop *loop;
	struct http *http;
	struct rng rng;
	struct conf_source conf;
	struct outlet outlets[OUTLETS_MAX];
	uint64_t sequences[OUTLETS_MAX];
	struct gate *gate;
	struct budgets *budgets;
	struct source *source;
};

static struct life *current;

static const char *const queue_names[OUTLETS_MAX] = {"siem", "second"};

static bool open_spool(struct life *life, const char *folder);
static void set_conf(struct conf_source *conf, const struct script *script);
static void on_committed(void *arg);

void
life_run(struct ring *ring, const char *folder)
{
	struct life life = {.ring = ring};
	struct intake_world world = {.committed = on_committed};

	if (!open_spool(&life, folder))
		return;
	life.loop = world.loop = loop_new(NULL);
	life.http = world.http = http_new(life.loop, NULL);
	rng_init(&life.rng, rng_next(&ring->dice));
	world.rng = &life.rng;
	world.spool = life.spool;
	life.gate = world.gate = gate_new(GATE_PLACES);
	life.budgets = world.budgets = budgets_new();
	set_conf(&life.conf, &ring->script);
	crash_begin(ring, life.loop);
	current = &life;
	life.source =
	    source_new(&world, &life.conf, life.outlets, ring->script.outlets);
	source_start(life.source, 0);
	loop_run(life.loop);
	source_free(life.source);
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
life_judge(struct ring *ring, const char *folder)
{
	struct life life = {.ring = ring};

	if (!open_spool(&life, folder))
		return;
	for (unsigned i = 0; i < ring->script.outlets; i++) {
		oracle_read_queue(ring, life.outlets[i].queue, i);
		oracle_judge_queue(ring, i);
	}
	spool_close(life.spool);
}

static bool
open_spool(struct life *life, const char *folder)
{
	struct err why;

	if (spool_open(&life->spool, folder, QUOTA_BYTES, &why) == -1) {
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
	}
	return true;
}

static void
set_conf(struct conf_source *conf, const struct script *script)
{
	static char name[] = "acme", host[] = API_HOST, token[] = "token";

	*conf = (struct conf_source){
	    .name = name,
	    .host = host,
	    .token = token,
	    .enabled = true,
	    .streams = STREAM_THREATS | script->others << 1,
	    .enrich = script->enrich,
	    .catch_up = script->newest_first ? CATCH_UP_NEWEST_FIRST
	                                     : CATCH_UP_OLDEST_FIRST,
	    .poll_interval_ms = script->poll_interval_ms,
	    .start_ago_ms = script->start_ago_ms,
	    .overlap_ms = script->scope == SCOPE_BARE ? 0 : 72 * HOUR_MS,
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
