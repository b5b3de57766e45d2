/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop on libevent. Our timers use the monotonic clock that the loop is
 * asked for, never the cached time of a turn, so that a long turn does not
 * make a limit fire early.
 */
#include "config.h"

#include <stdlib.h>
#include <sys/queue.h>
#include <time.h>

#include <event2/event.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/watch.h"

struct loop_signal {
	struct event *event;
	loop_fn *fn;
	void *arg;
	SLIST_ENTRY(loop_signal) next;
};

struct loop {
	struct event_base *base;
	SLIST_HEAD(, loop_signal) signals;
	int64_t turn_us; /* when the turn's first callback began; 0: none */
	int64_t longest_us;
	uint64_t turn; /* its number */
};

struct timer {
	struct loop *loop;
	struct event *event;
	loop_fn *fn;
	void *arg;
};

struct watch {
	struct loop *loop;
	struct event *event;
	int fd;
	unsigned want;
	watch_fn *fn;
	void *arg;
};

static void say(int severity, const char *text);
static int64_t clock_ms(clockid_t clock);
static int64_t now_us(void);
static void begin_turn(struct loop *loop);
static void on_signal(evutil_socket_t signo, short what, void *arg);
static void on_timer(evutil_socket_t fd, short what, void *arg);
static void on_watch(evutil_socket_t fd, short what, void *arg);

struct loop *
loop_new(struct err *err)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;
	struct loop *loop;

	/* By itself it would write to stderr, in its own form and unlimited. */
	event_set_log_callback(say);
	if (config != NULL) {
		(void)event_config_set_flag(config,
		    EVENT_BASE_FLAG_PRECISE_TIMER |
		        EVENT_BASE_FLAG_NO_CACHE_TIME);
		base = event_base_new_with_config(config);
		event_config_free(config);
	}
	if (base == NULL) {
		(void)err_set(err, ERR_IO, "cannot make an event loop");
		return NULL;
	}
	loop = xcalloc(1, sizeof(*loop));
	loop->base = base;
	SLIST_INIT(&loop->signals);
	return loop;
}

void
loop_free(struct loop *loop)
{
	struct loop_signal *s;

	if (loop == NULL)
		return;
	while ((s = SLIST_FIRST(&loop->signals)) != NULL) {
		SLIST_REMOVE_HEAD(&loop->signals, next);
		event_free(s->event);
		free(s);
	}
	event_base_free(loop->base);
	free(loop);
}

void
loop_run(struct loop *loop)
{
	int64_t took_us;

	do {
		loop->turn_us = 0;
		loop->turn++;
		(void)event_base_loop(
		    loop->base, EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY);
		took_us = loop->turn_us != 0 ? now_us() - loop->turn_us : 0;
		if (took_us > loop->longest_us)
			loop->longest_us = took_us;
	} while (!event_base_got_break(loop->base));
}

int64_t
loop_longest_us(const struct loop *loop)
{
	return loop->longest_us;
}

uint64_t
loop_turn(const struct loop *loop)
{
	return loop->turn;
}

void
loop_stop(struct loop *loop)
{
	(void)event_base_loopbreak(loop->base);
}

int64_t
loop_now_ms(const struct loop *loop)
{
	(void)loop;
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t
loop_wall_ms(const struct loop *loop)
{
	(void)loop;
	return clock_ms(CLOCK_REALTIME);
}

int
loop_on_signal(
    struct loop *loop, int signo, loop_fn *fn, void *arg, struct err *err)
{
	struct loop_signal *s = xcalloc(1, sizeof(*s));

	s->fn = fn;
	s->arg = arg;
	s->event = evsignal_new(loop->base, signo, on_signal, s);
	if (s->event == NULL || event_add(s->event, NULL) == -1) {
		if (s->event != NULL)
			event_free(s->event);
		free(s);
		return err_set(err, ERR_IO, "cannot watch signal %d", signo);
	}
	SLIST_INSERT_HEAD(&loop->signals, s, next);
	return 0;
}

void *
loop_handle(struct loop *loop)
{
	return loop->base;
}

struct timer *
timer_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct timer *timer = xcalloc(1, sizeof(*timer));

	timer->loop = loop;
	timer->fn = fn;
	timer->arg = arg;
	timer->event = evtimer_new(loop->base, on_timer, timer);
	if (timer->event == NULL)
		abort();
	return timer;
}

void
timer_free(struct timer *timer)
{
	if (timer == NULL)
		return;
	event_free(timer->event);
	free(timer);
}

void
timer_set(struct timer *timer, int64_t delay_ms)
{
	struct timeval tv;

	if (delay_ms < 0)
		delay_ms = 0;
	tv.tv_sec = (time_t)(delay_ms / 1000);
	tv.tv_usec = (suseconds_t)(delay_ms % 1000 * 1000);
	(void)evtimer_add(timer->event, &tv);
}

void
timer_cancel(struct timer *timer)
{
	(void)evtimer_del(timer->event);
}

bool
timer_is_set(const struct timer *timer)
{
	return evtimer_pending(timer->event, NULL) != 0;
}

struct watch *
watch_new(struct loop *loop, int fd, watch_fn *fn, void *arg)
{
	struct watch *watch = xcalloc(1, sizeof(*watch));

	watch->loop = loop;
	watch->fd = fd;
	watch->fn = fn;
	watch->arg = arg;
	watch->event = event_new(loop->base, fd, 0, on_watch, watch);
	if (watch->event == NULL)
		abort();
	return watch;
}

void
watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	event_free(watch->event);
	free(watch);
}

void
watch_set(struct watch *watch, unsigned want)
{
	short events = EV_PERSIST;

	if (want == watch->want)
		return;
	(void)event_del(watch->event);
	watch->want = want;
	if (want == 0)
		return;
	if (want & WATCH_READ)
		events |= EV_READ;
	if (want & WATCH_WRITE)
		events |= EV_WRITE;
	(void)event_assign(watch->event, watch->loop->base, watch->fd, events,
	    on_watch, watch);
	(void)event_add(watch->event, NULL);
}

static void
say(int severity, const char *text)
{
	if (severity == EVENT_LOG_ERR)
		log_error("daemon", "libevent: %s", text);
	else if (severity == EVENT_LOG_WARN)
		log_warn("daemon", "libevent: %s", text);
	else
		log_debug("daemon", "libevent: %s", text);
}

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void
begin_turn(struct loop *loop)
{
	if (loop->turn_us == 0)
		loop->turn_us = now_us();
}

static void
on_signal(evutil_socket_t signo, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)signo;
	(void)what;
	s->fn(s->arg);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer *timer = arg;

	(void)fd;
	(void)what;
	begin_turn(timer->loop);
	timer->fn(timer->arg);
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct watch *watch = arg;
	unsigned ready = 0;

	(void)fd;
	if (what & EV_READ)
		ready |= WATCH_READ;
	if (what & EV_WRITE)
		ready |= WATCH_WRITE;
	begin_turn(watch->loop);
	watch->fn(ready, watch->arg);
}
