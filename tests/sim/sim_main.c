/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefsim: a simulator of the threat API, for cefd's tests and its demo.
 */
#include "config.h"

#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sim.h"
#include "sim_server.h"
#include "sim_state.h"
#include "sim_time.h"

#define GROW_STEP_MS 100
#define EXIT_USAGE 64 /* as sysexits(3) has it */

static int run(struct sim *sim);
static void data_make(struct sim *sim);
static void items_make(struct sim *sim, int64_t base_ms);
static int port_write(const char *path, uint16_t port);
static void loop(struct sim *sim);
static void on_signal(evutil_socket_t fd, short what, void *arg);
static void on_grow(evutil_socket_t fd, short what, void *arg);

int
main(int argc, char **argv)
{
	struct sim sim;
	struct buf why;
	bool help;
	int rc;

	memset(&sim, 0, sizeof(sim));
	TAILQ_INIT(&sim.waiting);
	buf_init(&why, 1024);
	sim_options_init(&sim.opt);
	if (sim_options_parse(&sim.opt, argc, argv, &help, &why) == -1) {
		(void)fprintf(stderr, "cefsim: %.*s\n", (int)why.len, why.data);
		buf_clear(&why);
		return EXIT_USAGE;
	}
	if (help) {
		sim_options_help(stdout);
		return 0;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	rc = run(&sim);
	sim_items_clear(&sim);
	sim_store_clear(&sim.store);
	sim_stats_clear(&sim.stats);
	return rc;
}

int64_t
sim_now_ms(const struct sim *sim)
{
	return sim_time_now_ms() + sim->opt.skew_ms;
}

uint32_t
sim_grow(struct sim *sim, uint32_t threats)
{
	struct sim_batch batch;

	if (threats > SIM_THREATS_MAX - sim->store.nthreats)
		threats = SIM_THREATS_MAX - sim->store.nthreats;
	memset(&batch, 0, sizeof(batch));
	batch.threats = threats;
	batch.recipients_min = (uint32_t)sim->opt.recipients[0];
	batch.recipients_max = (uint32_t)sim->opt.recipients[1];
	batch.now_ms = sim_now_ms(sim);
	batch.received_from_ms = batch.now_ms;
	batch.received_to_ms = batch.now_ms;
	batch.judged_now = true;
	sim_store_add(&sim->store, &batch);
	return threats;
}

void
sim_change_any(struct sim *sim)
{
	struct sim_state now;
	struct sim_threat *t;
	struct sim_wish wish;
	struct rng *rng;
	uint32_t n;

	rng = &sim->store.rng;
	if (sim->store.nthreats == 0)
		return;
	t = &sim->store.threats[rng_below(rng, sim->store.nthreats)];
	n = (uint32_t)rng_below(rng, t->nmessages);
	sim_state_current(t, n, &now);
	memset(&wish, 0, sizeof(wish));
	wish.override = -1;
	wish.status = sim_status_other(now.status, rng_next(rng));
	wish.set_remediated = true;
	wish.remediated_ms =
	    sim_status_is_remediated(wish.status) ? sim_now_ms(sim) : SIM_NEVER;
	(void)sim_state_change(&sim->store, t, n, &wish, sim_now_ms(sim));
}

static int
run(struct sim *sim)
{
	struct buf why;
	uint16_t port;
	int rc;

	/* The parent may have died before the request was made. */
	if (sim->opt.die_with_parent &&
	    (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || getppid() == 1))
		return 1;
	buf_init(&why, 1024);
	sim->base = event_base_new();
	if (sim->base == NULL)
		return 1;
	data_make(sim);
	rc = 1;
	if (sim_server_start(sim, &port, &why) == -1) {
		(void)fprintf(stderr, "cefsim: %.*s\n", (int)why.len,
		    why.len != 0 ? why.data : "");
	} else if (sim->opt.port_file != NULL &&
	    port_write(sim->opt.port_file, port) == -1) {
		(void)fprintf(
		    stderr, "cefsim: %s: cannot write\n", sim->opt.port_file);
	} else {
		(void)printf("listening on port %u\n", port);
		(void)fflush(stdout);
		loop(sim);
		rc = 0;
	}
	sim_server_stop(sim);
	event_base_free(sim->base);
	buf_clear(&why);
	return rc;
}

static void
data_make(struct sim *sim)
{
	struct sim_batch batch;
	int64_t base_ms;

	sim_store_init(
	    &sim->store, sim->opt.seed, (unsigned)sim->opt.old_style);
	base_ms = sim->opt.base_ms;
	if (base_ms == SIM_NEVER)
		base_ms = sim_now_ms(sim);
	sim->started_ms = base_ms;
	memset(&batch, 0, sizeof(batch));
	batch.threats = sim->opt.threats > SIM_THREATS_MAX
	    ? SIM_THREATS_MAX
	    : (uint32_t)sim->opt.threats;
	batch.recipients_min = (uint32_t)sim->opt.recipients[0];
	batch.recipients_max = (uint32_t)sim->opt.recipients[1];
	batch.now_ms = base_ms;
	batch.received_from_ms = base_ms - sim->opt.span_ms;
	batch.received_to_ms = base_ms;
	sim_store_add(&sim->store, &batch);
	items_make(sim, base_ms);
}

static void
items_make(struct sim *sim, int64_t base_ms)
{
	struct sim_items_batch batch;
	unsigned stream;

	memset(&batch, 0, sizeof(batch));
	batch.now_ms = base_ms;
	batch.from_ms = base_ms - sim->opt.span_ms;
	batch.to_ms = base_ms;
	for (stream = 0; stream < SIM_STREAMS; stream++) {
		batch.count = sim->opt.items[stream] > SIM_ITEMS_MAX
		    ? SIM_ITEMS_MAX
		    : (uint32_t)sim->opt.items[stream];
		sim_items_add(sim, stream, &batch);
	}
}

/* Whoever waits for the file finds it whole or not at all. */
static int
port_write(const char *path, uint16_t port)
{
	char *temporary;
	FILE *out;
	bool ok;

	temporary = xasprintf("%s.%ld", path, (long)getpid());
	out = fopen(temporary, "we");
	ok = out != NULL && fprintf(out, "%u\n", port) > 0;
	if (out != NULL && fclose(out) != 0)
		ok = false;
	ok = ok && rename(temporary, path) == 0;
	free(temporary);
	return ok ? 0 : -1;
}

static void
loop(struct sim *sim)
{
	struct timeval step;
	struct timeval life;
	struct event *term;
	struct event *intr;

	term = evsignal_new(sim->base, SIGTERM, on_signal, sim);
	intr = evsignal_new(sim->base, SIGINT, on_signal, sim);
	sim->grow_timer = event_new(sim->base, -1, EV_PERSIST, on_grow, sim);
	if (term == NULL || intr == NULL || sim->grow_timer == NULL)
		abort();
	step.tv_sec = 0;
	step.tv_usec = GROW_STEP_MS * 1000;
	sim->grown_at_ms = sim_time_monotonic_ms();
	(void)evsignal_add(term, NULL);
	(void)evsignal_add(intr, NULL);
	(void)evtimer_add(sim->grow_timer, &step);
	life.tv_sec = (time_t)(sim->opt.lifetime_ms / 1000);
	life.tv_usec = (suseconds_t)(sim->opt.lifetime_ms % 1000 * 1000);
	if (sim->opt.lifetime_ms != 0)
		(void)event_base_loopexit(sim->base, &life);
	(void)event_base_dispatch(sim->base);
	event_free(sim->grow_timer);
	event_free(term);
	event_free(intr);
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct sim *sim;

	(void)fd;
	(void)what;
	sim = arg;
	(void)event_base_loopbreak(sim->base);
}

/* Rates are in thousandths a second, so ms times rate is in millionths. */
static void
on_grow(evutil_socket_t fd, short what, void *arg)
{
	struct sim *sim;
	int64_t now_ms;
	int64_t step_ms;

	(void)fd;
	(void)what;
	sim = arg;
	now_ms = sim_time_monotonic_ms();
	step_ms = now_ms - sim->grown_at_ms;
	sim->grown_at_ms = now_ms;
	sim->grow_left += step_ms * (int64_t)sim->opt.grow;
	sim->changes_left += step_ms * (int64_t)sim->opt.changes;
	if (sim->grow_left >= 1000000)
		(void)sim_grow(sim, (uint32_t)(sim->grow_left / 1000000));
	sim->grow_left %= 1000000;
	for (; sim->changes_left >= 1000000; sim->changes_left -= 1000000)
		sim_change_any(sim);
}
