/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A heap of alarms, and a process-wide pointer to the clock in use, because
 * loop_new() takes none.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_clock.h"

static struct fake_clock *used;

static bool rings_before(const struct alarm *a, const struct alarm *b);
static void put(struct fake_clock *clock, size_t place, struct alarm *alarm);
static void sift_up(struct fake_clock *clock, size_t place);
static void sift_down(struct fake_clock *clock, size_t place);

void
fake_clock_init(struct fake_clock *clock, int64_t now_ms)
{
	memset(clock, 0, sizeof(*clock));
	clock->now_ms = now_ms;
	clock->boot_ms = now_ms;
}

void
fake_clock_clear(struct fake_clock *clock)
{
	free(clock->heap);
	clock->heap = NULL;
	clock->count = clock->cap = 0;
}

void
fake_clock_use(struct fake_clock *clock)
{
	used = clock;
}

struct fake_clock *
fake_clock_used(void)
{
	return used;
}

void
alarm_set(struct fake_clock *clock, struct alarm *alarm, int64_t at_ms)
{
	alarm_cancel(clock, alarm);
	if (clock->count == clock->cap) {
		clock->cap = clock->cap == 0 ? 64 : clock->cap * 2;
		clock->heap =
		    xrealloc(clock->heap, clock->cap, sizeof(*clock->heap));
	}
	alarm->at_ms = at_ms < clock->now_ms ? clock->now_ms : at_ms;
	alarm->order = clock->order++;
	put(clock, ++clock->count, alarm);
	sift_up(clock, alarm->place);
}

void
alarm_cancel(struct fake_clock *clock, struct alarm *alarm)
{
	size_t place = alarm->place;
	struct alarm *last;

	if (place == 0)
		return;
	last = clock->heap[--clock->count];
	alarm->place = 0;
	if (last == alarm)
		return;
	put(clock, place, last);
	sift_up(clock, place);
	sift_down(clock, last->place);
}

static bool
rings_before(const struct alarm *a, const struct alarm *b)
{
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms;
	return a->order < b->order;
}

static void
put(struct fake_clock *clock, size_t place, struct alarm *alarm)
{
	clock->heap[place - 1] = alarm;
	alarm->place = place;
}

static void
sift_up(struct fake_clock *clock, size_t place)
{
	struct alarm *alarm = clock->heap[place - 1];

	while (place > 1 && rings_before(alarm, clock->heap[place / 2 - 1])) {
		put(clock, place, clock->heap[place / 2 - 1]);
		place /= 2;
	}
	put(clock, place, alarm);
}

static void
sift_down(struct fake_clock *clock, size_t place)
{
	struct alarm *alarm = clock->heap[place - 1];

	for (size_t next = place * 2; next <= clock->count; next = place * 2) {
		if (next < clock->count &&
		    rings_before(clock->heap[next], clock->heap[next - 1]))
			next++;
		if (!rings_before(clock->heap[next - 1], alarm))
			break;
		put(clock, place, clock->heap[next - 1]);
		place = next;
	}
	put(clock, place, alarm);
}
