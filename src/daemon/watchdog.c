/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A timer of the same loop that does the work: when that loop is stuck, so is
 * this.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "daemon/notify.h"
#include "daemon/watchdog.h"
#include "io/timer.h"

struct watchdog {
	struct timer *timer;
	int64_t interval_ms;
};

static bool number_in(const char *variable, int64_t *ret_number);
static void on_due(void *arg);

struct watchdog *
watchdog_new(struct loop *loop)
{
	struct watchdog *w;
	int64_t limit_us, pid;

	if (!number_in("WATCHDOG_USEC", &limit_us))
		return NULL;
	if (getenv("WATCHDOG_PID") != NULL &&
	    (!number_in("WATCHDOG_PID", &pid) || pid != getpid()))
		return NULL;
	w = xcalloc(1, sizeof(*w));
	w->interval_ms = limit_us / 2000;
	/* An absurdly small limit must not keep the loop busy. */
	if (w->interval_ms == 0)
		w->interval_ms = 1;
	w->timer = timer_new(loop, on_due, w);
	on_due(w);
	return w;
}

void
watchdog_free(struct watchdog *watchdog)
{
	if (watchdog == NULL)
		return;
	timer_free(watchdog->timer);
	free(watchdog);
}

/* A positive number and nothing else. */
static bool
number_in(const char *variable, int64_t *ret_number)
{
	const char *text = getenv(variable);
	intmax_t number;
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoimax(text, &end, 10);
	if (errno != 0 || *end != '\0' || number <= 0)
		return false;
	*ret_number = number;
	return true;
}

static void
on_due(void *arg)
{
	struct watchdog *w = arg;

	notify("WATCHDOG=1");
	timer_set(w->timer, w->interval_ms);
}
