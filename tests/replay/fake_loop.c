/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All of io/loop.h, io/timer.h and io/watch.h on the tests' own clock, in place
 * of libevent's. There are no descriptors and no signals.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fake_clock.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/watch.h"

/* More rings in one millisecond than any honest work takes. */
#define SPIN_MAX 1000000

struct loop {
	struct fake_clock *clock;
	bool stopped;
	uint64_t turn;
};

struct timer {
	struct loop *loop;
	struct alarm alarm;
};

static bool ring_next(struct loop *loop);

struct loop *
loop_new(struct err *err)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));

	(void)err;
	loop->clock = fake_clock_used();
	return loop;
}

void
loop_free(struct loop *loop)
{
	free(loop);
}

void
loop_run(struct loop *loop)
{
	loop->stopped = false;
	loop->clock->fault = NULL;
	while (!loop->stopped && ring_next(loop))
		;
}

void
loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

int64_t
loop_now_ms(const struct loop *loop)
{
	return loop->clock->now_ms - loop->clock->boot_ms;
}

int64_t
loop_wall_ms(const struct loop *loop)
{
	return loop->clock->now_ms + loop->clock->skew_ms;
}

uint64_t
loop_turn(const struct loop *loop)
{
	return loop->turn;
}

int
loop_on_signal(
    struct loop *loop, int signo, loop_fn *fn, void *arg, struct err *err)
{
	(void)loop;
	(void)fn;
	(void)arg;
	return err_set(err, ERR_IO, "no signal %d in a replay", signo);
}

void *
loop_handle(struct loop *loop)
{
	return loop->clock;
}

struct timer *
timer_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct timer *timer = xcalloc(1, sizeof(*timer));

	timer->loop = loop;
	timer->alarm.fn = fn;
	timer->alarm.arg = arg;
	return timer;
}

void
timer_free(struct timer *timer)
{
	if (timer == NULL)
		return;
	timer_cancel(timer);
	free(timer);
}

void
timer_set(struct timer *timer, int64_t delay_ms)
{
	struct fake_clock *clock = timer->loop->clock;

	if (delay_ms < 0)
		delay_ms = 0;
	alarm_set(clock, &timer->alarm, clock->now_ms + delay_ms);
}

void
timer_cancel(struct timer *timer)
{
	alarm_cancel(timer->loop->clock, &timer->alarm);
}

bool
timer_is_set(const struct timer *timer)
{
	return timer->alarm.place != 0;
}

struct watch *
watch_new(struct loop *loop, int fd, watch_fn *fn, void *arg)
{
	(void)loop;
	(void)fd;
	(void)fn;
	(void)arg;
	abort();
}

void
watch_free(struct watch *watch)
{
	if (watch != NULL)
		abort();
}

void
watch_set(struct watch *watch, unsigned want)
{
	(void)watch;
	(void)want;
	abort();
}

static bool
ring_next(struct loop *loop)
{
	struct fake_clock *clock = loop->clock;
	struct alarm *alarm;

	if (clock->count == 0) {
		clock->fault = "nobody waits for anything any more";
		return false;
	}
	alarm = clock->heap[0];
	/* It may have been missed while no life had a loop. */
	if (alarm->at_ms > clock->now_ms) {
		clock->now_ms = alarm->at_ms;
		clock->same_count = 0;
	} else if (++clock->same_count > SPIN_MAX) {
		clock->fault = "time stands still, the loop spins";
		return false;
	}
	alarm_cancel(clock, alarm);
	loop->turn++;
	alarm->fn(alarm->arg);
	return true;
}
