/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The habits of a server. A receiver that is started again and again dies in
 * several sessions in a row, but in between it cannot be reached, and connects
 * that fail break the row: what ends three sessions so without a gap, and goes
 * on doing it, is a receiver that knows no close_notify.
 */
#include "config.h"

#include "deliver/habit.h"

/* Of ends without close_notify, before one that gave it has unlearned it. */
#define UNLEARN_ENDS 3
#define UNLEARN_MS 30000
/* The same when sessions break in between, as they do behind a balancer with a
 * server that is dead: what is held again and again is never confirmed. */
#define LEARN_HELD 4
#define UNLEARN_HELD 8
#define UNLEARN_HELD_MS 300000

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
		habit->without = habit->held = 0;
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
	habit->without = 0;
}

static enum habit_verdict
judge_eof(struct habit *habit, enum conf_confirm confirm, int64_t now_ms)
{
	if (habit->end == HABIT_SILENT)
		return HABIT_TAKE;
	if (habit->without++ == 0)
		habit->since_ms = now_ms;
	if (habit->held++ == 0)
		habit->held_ms = now_ms;
	if (!is_explained(habit, confirm, now_ms))
		return HABIT_HOLD;
	habit->end = HABIT_SILENT;
	habit->without = habit->held = 0;
	return HABIT_TAKE_LEARNED;
}

/* By a receiver that gives no close_notify. */
static bool
is_explained(
    const struct habit *habit, enum conf_confirm confirm, int64_t now_ms)
{
	if (habit->end == HABIT_UNKNOWN)
		return habit->without > 1 || habit->held >= LEARN_HELD;
	return confirm == CONFIRM_AUTO &&
	    ((habit->without >= UNLEARN_ENDS &&
	         now_ms - habit->since_ms >= UNLEARN_MS) ||
	        (habit->held >= UNLEARN_HELD &&
	            now_ms - habit->held_ms >= UNLEARN_HELD_MS));
}
