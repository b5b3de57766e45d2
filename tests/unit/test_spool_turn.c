/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transaction a turn, and nobody starves: many who always want one, and one
 * who wants one now and then.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "io/loop.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool/turn.h"
#include "spool_kit.h"

#define ALWAYS 9
#define RARELY_MS 20
#define TURNS 300

struct client {
	struct scene *scene;
	struct timer *timer;
	int64_t rest_ms; /* between two transactions */
	uint64_t since;
	uint64_t
	    asked_turn; /* the first time for the next; 0: does not want it */
	unsigned count;
	uint64_t longest; /* turns that it has waited */
};

struct scene {
	struct loop *loop;
	struct spool *spool;
	struct queue *queue;
	struct client clients[ALWAYS + 1];
	uint64_t last_turn;
	unsigned done;
};

static void
commit(struct scene *s)
{
	uint64_t turn = loop_turn(s->loop);

	assert_true(turn != s->last_turn);
	s->last_turn = turn;
	kit_fill(s->spool, s->queue, 1, 50);
	if (++s->done == TURNS)
		loop_stop(s->loop);
}

static void
on_timer(void *arg)
{
	struct client *c = arg;
	uint64_t turn = loop_turn(c->scene->loop);

	if (c->asked_turn == 0)
		c->asked_turn = turn;
	if (!spool_may_sync(c->scene->spool, &c->since)) {
		timer_set(c->timer, 0);
		return;
	}
	if (turn - c->asked_turn > c->longest)
		c->longest = turn - c->asked_turn;
	c->asked_turn = 0;
	c->count++;
	commit(c->scene);
	timer_set(c->timer, c->rest_ms);
}

static void
who_has_waited_longest_is_next(void **state)
{
	char *folder = kit_folder();
	struct scene s = {.spool = kit_open(folder, KIT_QUOTA)};
	struct err err;

	(void)state;
	s.loop = loop_new(&err);
	assert_non_null(s.loop);
	s.queue = kit_queue(s.spool, "q");
	spool_follow(s.spool, s.loop);
	for (size_t i = 0; i <= ALWAYS; i++) {
		struct client *c = &s.clients[i];

		c->scene = &s;
		c->rest_ms = i < ALWAYS ? 0 : RARELY_MS;
		c->timer = timer_new(s.loop, on_timer, c);
		timer_set(c->timer, 0);
	}
	loop_run(s.loop);
	for (size_t i = 0; i <= ALWAYS; i++) {
		struct client *c = &s.clients[i];

		/* All are served in turn, give or take those of one age. */
		if (c->longest > 3 * (ALWAYS + 1) || c->count == 0)
			fail_msg("%zu: %u times, waited for %u turns", i,
			    c->count, (unsigned)c->longest);
		if (i < ALWAYS)
			assert_in_range(c->count, TURNS / (ALWAYS + 1) / 2,
			    2 * TURNS / ALWAYS);
		timer_free(c->timer);
	}
	spool_close(s.spool);
	loop_free(s.loop);
	kit_remove(folder);
}

/* The head goes on by what one transaction takes: 256 blocks. */
static void
a_release_is_in_parts(void **state)
{
	char *folder = kit_folder();
	struct spool *spool = kit_open(folder, KIT_QUOTA);
	struct queue *queue = kit_queue(spool, "q");
	uint64_t head = 0, before;
	unsigned parts = 0;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 600; i++)
		kit_fill(spool, queue, 1, 50);
	do {
		before = head;
		assert_int_equal(
		    queue_release_some(queue, 600, &head, &err), 0);
		assert_in_range(head - before, 1, 256);
		parts++;
	} while (head < 600);
	assert_int_equal(parts, 3);
	assert_true(queue_is_empty(queue));
	spool_close(spool);
	kit_remove(folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_has_waited_longest_is_next),
	    cmocka_unit_test(a_release_is_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
