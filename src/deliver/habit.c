/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The habits of a server. A receiver that is started again and again dies in
 * several sessions in a row, but in between it cannot be reached, and connects
 * that fail break the row: what ends three sessions so without a gap, and goes
 * on doing it, is a receiver that knows no close_notify.
 */
#include "config.h"

#include "deliver/habit.h"

/* Of ends without close_notify, before it is learned that there is none. */
#define LEARN_IN_ROW 2
/* When sessions break in between, as they do behind a balancer with a server
 * that is dead: what is held again and again is never confirmed. */
#define LEARN_IN_ALL 4
/* The same of one that gave it. */
#define UNLEARN_IN_ROW 3
#define UNLEARN_IN_ROW_MS 30000
#define UNLEARN_IN_ALL 8
#define UNLEARN_IN_ALL_MS 300000

static const struct habit_run none;

static void add(struct habit_run *run, int64_t now_ms);
static bool lasts(
    const struct habit_run *run, unsigned ends, int64_t for_ms, int64_t now_ms);
static enum habit_verdict judge_eof(
    struct habit *habit, enum conf_confirm confirm, int64_t now_ms);
static bool is_explained(
    const struct habit *habit, enum conf_confirm confirm, int64_t now_ms);

enum habit_verdict
habit_judge(struct habit *habit, enum session_level level, bool tls,
    enum conf_confirm confirm, int64_t now_ms)
{
	switch (level) {
	case SESSION_CLOSE_NOTIFY:
		habit->answered = true;
		habit->end = HABIT_SAYS;
		habit->in_row = habit->in_all = none;
		return HABIT_TAKE;
	case SESSION_EOF:
		habit->answered = true;
		return tls ? judge_eof(habit, confirm, now_ms) : HABIT_TAKE;
	case SESSION_KERNEL:
		/* A box in between may have acknowledged what nobody has read,
		 * for as long as it lasts. */
		return habit->answered ? HABIT_HOLD_OPEN : HABIT_TAKE;
	case SESSION_NONE:
	case SESSION_RELP:
	case SESSION_FILE:
		break;
	}
	return HABIT_TAKE;
}

void
habit_broken(struct habit *habit)
{
	habit->in_row = none;
}

static void
add(struct habit_run *run, int64_t now_ms)
{
	if (run->ends++ == 0)
		run->since_ms = now_ms;
}

static bool
lasts(
    const struct habit_run *run, unsigned ends, int64_t for_ms, int64_t now_ms)
{
	return run->ends >= ends && now_ms - run->since_ms >= for_ms;
}

static enum habit_verdict
judge_eof(struct habit *habit, enum conf_confirm confirm, int64_t now_ms)
{
	if (habit->end == HABIT_SILENT)
		return HABIT_TAKE;
	add(&habit->in_row, now_ms);
	add(&habit->in_all, now_ms);
	if (!is_explained(habit, confirm, now_ms))
		return HABIT_HOLD;
	habit->end = HABIT_SILENT;
	habit->in_row = habit->in_all = none;
	return HABIT_TAKE_LEARNED;
}

/* By a receiver that gives no close_notify. */
static bool
is_explained(
    const struct habit *habit, enum conf_confirm confirm, int64_t now_ms)
{
	if (habit->end == HABIT_UNKNOWN)
		return lasts(&habit->in_row, LEARN_IN_ROW, 0, now_ms) ||
		    lasts(&habit->in_all, LEARN_IN_ALL, 0, now_ms);
	return confirm == CONFIRM_AUTO &&
	    (lasts(&habit->in_row, UNLEARN_IN_ROW, UNLEARN_IN_ROW_MS, now_ms) ||
	        lasts(
	            &habit->in_all, UNLEARN_IN_ALL, UNLEARN_IN_ALL_MS, now_ms));
}
