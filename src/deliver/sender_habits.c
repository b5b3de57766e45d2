/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each server of a destination has shown so far, and what follows from it
 * for the end of a session.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/sender_habits.h"
#include "deliver/sender_parts.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/ledger.h"

#define ROOM "deliver"
/* On disk. */
#define NOTE_SAYS "close-notify"
#define NOTE_SILENT "eof"
#define NOTE_AFTER_MS 100

static char *row_name(const struct sender *sender, const struct habit *habit);
static void recall(struct sender *sender, struct habit *habit);
static int judge(struct sender *sender, struct habit *habit,
    enum session_level level, struct err *why);
static void tell(const struct sender *sender, const struct habit *habit,
    enum habit_end before);

struct habit *
sender_habit(struct sender *sender)
{
	const char *server = sender_server(sender);
	struct habit *habit;

	for (size_t i = 0; i < sender->habit_count; i++)
		if (strcmp(sender->habits[i].server, server) == 0)
			return &sender->habits[i];
	sender->habits = xrealloc(
	    sender->habits, sender->habit_count + 1, sizeof(*sender->habits));
	habit = &sender->habits[sender->habit_count++];
	*habit = (struct habit){.server = xstrdup(server)};
	if (sender->tls != NULL)
		recall(sender, habit);
	return habit;
}

static void
recall(struct sender *sender, struct habit *habit)
{
	char *name = row_name(sender, habit);
	char value[16];

	if (cursor_get(queue_spool(sender->queue), name, value, sizeof(value),
	        NULL) == 1) {
		if (strcmp(value, NOTE_SAYS) == 0)
			habit->end = HABIT_SAYS;
		else if (strcmp(value, NOTE_SILENT) == 0)
			habit->end = HABIT_SILENT;
	}
	free(name);
	habit->noted = habit->end;
}

/* Without it the next cefd begins as if the server were new. */
void
sender_habits_note(void *arg)
{
	struct sender *sender = arg;
	struct err err;

	for (size_t i = 0; i < sender->habit_count; i++) {
		struct habit *habit = &sender->habits[i];
		char *name;

		if (habit->noted == habit->end)
			continue;
		name = row_name(sender, habit);
		if (cursor_set(queue_spool(sender->queue), name,
		        habit->end == HABIT_SAYS ? NOTE_SAYS : NOTE_SILENT,
		        &err) == 0)
			habit->noted = habit->end;
		else
			log_debug(ROOM, "the server's habit is not stored: %s",
			    err.text);
		free(name);
	}
}

static char *
row_name(const struct sender *sender, const struct habit *habit)
{
	return xasprintf(
	    SENDER_HABITS_ROWS "%s/%s", sender->conf->name, habit->server);
}

int
sender_judge_end(
    struct sender *sender, enum session_level level, struct err *why)
{
	struct habit *habit = sender_habit(sender);
	int rc = judge(sender, habit, level, why);

	/* Not in the turn in which a slow disk is waited for already. */
	if (habit->end != habit->noted)
		timer_set(sender->noter, NOTE_AFTER_MS);
	return rc;
}

static int
judge(struct sender *sender, struct habit *habit, enum session_level level,
    struct err *why)
{
	enum habit_end before = habit->end;

	sender->stats.held = false;
	switch (habit_judge(habit, level, sender->tls != NULL,
	    sender->conf->confirm, loop_now_ms(sender->loop))) {
	case HABIT_TAKE:
		break;
	case HABIT_TAKE_LEARNED:
		tell(sender, habit, before);
		break;
	case HABIT_HOLD:
		sender->stats.held = true;
		return err_set(why, ERR_IO, "%s",
		    before == HABIT_SAYS
		        ? "the server ended the session without close_notify, "
		          "which it gave before: it may have died"
		        : "the server ended its first session without "
		          "close_notify: it may have died");
	case HABIT_HOLD_OPEN:
		return err_set(why, ERR_AGAIN,
		    "the server did not end the session (confirm-timeout), as "
		    "it did before");
	}
	return 0;
}

static void
tell(const struct sender *sender, const struct habit *habit,
    enum habit_end before)
{
	if (before == HABIT_SAYS)
		log_warn(ROOM,
		    "destination \"%s\": the server gives no close_notify any "
		    "more; its end of a connection confirms from now on, which "
		    "is weaker (confirm = \"close\" asks for more) server=%s",
		    sender->conf->name, habit->server);
	else
		log_info(ROOM,
		    "destination \"%s\": the server gives no close_notify; its "
		    "end of a connection confirms, which is weaker server=%s",
		    sender->conf->name, habit->server);
}

void
sender_habits_renew(struct sender *sender)
{
	for (size_t i = 0; i < sender->habit_count; i++)
		sender->habits[i].answered = false;
}

void
sender_habits_free(struct sender *sender)
{
	for (size_t i = 0; i < sender->habit_count; i++)
		free(sender->habits[i].server);
	free(sender->habits);
}
