/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life after life on the same world, until the script ends.
 */
#include "config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api_fake.h"
#include "base/mem.h"
#include "crash.h"
#include "fake_random.h"
#include "life.h"
#include "ring.h"

/* Far more lives than turns mean that they end of themselves. */
#define LIVES_MAX 200

struct course {
	struct ring *ring;
	struct alarm turn_alarm, end_alarm;
	size_t next_turn;
	int64_t down_ms; /* after the life that ends */
	bool is_over;
};

static void draw(struct ring *ring);
static void hide_one(struct ring *ring);
static bool live(struct ring *ring, const char *folder);
static void set_turn(struct course *course);
static void on_turn(void *arg);
static void on_end(void *arg);
static void rest(struct course *course);
static char *make_folder(void);
static int remove_one(
    const char *path, const struct stat *st, int type, struct FTW *ftw);

void
ring_run(struct ring *ring)
{
	struct fake_server server;
	char *folder = make_folder();

	draw(ring);
	api_fake_init(&server, ring);
	fake_http_use(&server);
	fake_clock_use(&ring->clock);
	/* What breaks off says nothing of what was still to come. */
	if (live(ring, folder)) {
		oracle_judge_world(ring);
		life_judge(ring, folder);
	}
	if (ring->keep)
		(void)printf("seed %llu: spool in %s\n",
		    (unsigned long long)ring->seed, folder);
	else
		(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(folder);
}

void
ring_clear(struct ring *ring)
{
	oracle_clear(&ring->oracle);
	trace_clear(&ring->trace);
	fake_clock_clear(&ring->clock);
	tenant_clear(&ring->tenant);
	others_clear(&ring->others);
}

void
ring_note_replay(struct ring *ring, int64_t since_s, int64_t until_s,
    unsigned queues, bool is_past)
{
	ring->again.since_s = since_s;
	ring->again.until_s = until_s;
	ring->again.began_ms = ring->clock.now_ms;
	ring->again.queues = queues;
	ring->again.number++;
	ring->again.is_running = true;
	ring->again.is_past = is_past;
	ring->again_queues |= queues;
}

static void
draw(struct ring *ring)
{
	script_draw(&ring->script, ring->seed, ring->days, ring->without);
	tenant_draw(&ring->tenant, &ring->script, ring->seed, ring->without);
	if (ring->lie == BREAK_OTHER)
		ring->script.others = OTHERS_ALL;
	others_draw(&ring->others, &ring->script, ring->seed);
	if (ring->lie == BREAK_HIDE)
		hide_one(ring);
	if (ring->lie == BREAK_OTHER)
		ring->others.hidden = ring->others.count / 2;
	fake_clock_init(&ring->clock, ring->script.start_ms);
	ring->clock.skew_ms = ring->script.skew_ms;
	rng_init(&ring->dice, ring->seed * 4 + 2);
	rng_init(&ring->date_dice, ~ring->seed + 1);
	fake_random_seed(ring->seed * 4 + 3);
	oracle_init(&ring->oracle, ring);
	trace_init(&ring->trace);
	if (ring->trace.is_on)
		trace_begin(ring);
}

/* A message that is judged late, or the last. */
static void
hide_one(struct ring *ring)
{
	struct tenant *tenant = &ring->tenant;

	for (uint32_t i = 0; i < tenant->message_count; i++) {
		const struct message *m = &tenant->messages[i];

		if (m->received_ms < ring->script.start_ms + 5 * DAY_MS ||
		    tenant->threats[m->threat].is_gone)
			continue;
		tenant->hidden = i;
		if (m->states[0].set_ms > m->received_ms + HOUR_MS)
			return;
	}
}

/* False when a finding has ended it before its time. */
static bool
live(struct ring *ring, const char *folder)
{
	struct course course = {.ring = ring};

	course.turn_alarm = (struct alarm){.fn = on_turn, .arg = &course};
	course.end_alarm = (struct alarm){.fn = on_end, .arg = &course};
	alarm_set(&ring->clock, &course.end_alarm, ring->script.end_ms);
	set_turn(&course);
	while (!course.is_over) {
		ring->lives++;
		trace_note(ring, TRACE_ALL, "life %u begins", ring->lives);
		life_run(ring, folder);
		ring->kills += crash_is_dead();
		trace_note(ring, TRACE_ALL, "life %u ends%s", ring->lives,
		    crash_is_dead() ? ", killed" : "");
		if (ring->clock.fault != NULL)
			oracle_violation(
			    ring, NO_MESSAGE, "%s", ring->clock.fault);
		if (ring->clock.fault != NULL || ring->lives >= LIVES_MAX ||
		    ring->oracle.violations > 0)
			break;
		rest(&course);
	}
	alarm_cancel(&ring->clock, &course.turn_alarm);
	alarm_cancel(&ring->clock, &course.end_alarm);
	return course.is_over;
}

static void
set_turn(struct course *course)
{
	const struct script *script = &course->ring->script;

	if (course->next_turn < script->turn_count)
		alarm_set(&course->ring->clock, &course->turn_alarm,
		    script->turns[course->next_turn].at_ms);
}

static void
on_turn(void *arg)
{
	struct course *course = arg;
	struct ring *ring = course->ring;
	const struct turn *turn = &ring->script.turns[course->next_turn++];

	switch (turn->kind) {
	case TURN_CLOCK:
		ring->clock.skew_ms = turn->skew_ms;
		trace_note(ring, TRACE_ALL, "the wall clock is off by %lld s",
		    (long long)(turn->skew_ms / 1000));
		break;
	case TURN_STOP:
		life_stop();
		break;
	case TURN_KILL:
		crash_now();
		break;
	case TURN_COMMIT:
		crash_arm(turn->commits, turn->performs);
		break;
	case TURN_RELOAD:
	case TURN_PAUSE:
	case TURN_RESUME:
	case TURN_FULL:
	case TURN_DRAIN:
	case TURN_REPLAY:
	case TURN_JOIN:
		trace_note(ring, TRACE_ALL, "turn %d", (int)turn->kind);
		life_turn(ring, turn);
		break;
	}
	if (turn->down_ms != 0)
		course->down_ms = turn->down_ms;
	if (turn->ahead_ms != 0)
		ring->ahead_ms = turn->ahead_ms;
	set_turn(course);
}

static void
on_end(void *arg)
{
	struct course *course = arg;

	course->is_over = true;
	life_stop();
}

/* The machine may have been started anew meanwhile. */
static void
rest(struct course *course)
{
	struct ring *ring = course->ring;

	ring->clock.now_ms += course->down_ms;
	if (ring->script.newest_first && course->down_ms >= 2 * DAY_MS) {
		ring->returned_ms = ring->clock.now_ms;
		ring->returned_lists = 0;
	}
	ring->clock.boot_ms =
	    ring->clock.now_ms - draw_between(&ring->dice, 0, 400 * DAY_MS);
}

static char *
make_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = xasprintf("/dev/shm/cefd-replay-XXXXXX");

	if (mkdtemp(folder) != NULL)
		return folder;
	free(folder);
	folder = xasprintf("%s/cefd-replay-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL) {
		perror(folder);
		exit(2);
	}
	return folder;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}
