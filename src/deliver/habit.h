/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a server ends its sessions. A process that dies when it has read all of
 * a session ends it without a reset, which looks like an answer; what tells the
 * two apart is close_notify, from a server that is in the habit of giving it.
 */
#ifndef CEFD_DELIVER_HABIT_H
#define CEFD_DELIVER_HABIT_H

#include <stdbool.h>
#include <stdint.h>

#include "deliver/session.h"

enum habit_end {
	HABIT_UNKNOWN, /* it has not ended a TLS session yet */
	HABIT_SAYS,    /* it gives close_notify */
	HABIT_SILENT,  /* it does not */
};

/* Ends that the server's habit does not explain. */
struct habit_run {
	unsigned ends;
	int64_t since_ms; /* when the first of these was */
};

struct habit {
	char *server;
	enum habit_end end;
	enum habit_end noted; /* what the spool knows of that */
	bool answered;        /* it has ended a session, since these settings */
	struct habit_run in_row;
	struct habit_run in_all; /* whatever broke in between */
};

enum habit_verdict {
	HABIT_TAKE,
	HABIT_TAKE_LEARNED, /* and from now on without close_notify: tell */
	HABIT_HOLD,         /* no close_notify: send the session again */
	HABIT_HOLD_OPEN,    /* it was not ended, as it was before: the same */
};

/*
 * A session was ended, at level `level` by session_verdict: does its habit
 * allow that? The first end without close_notify of a server that is not known
 * is held once. One that is known to give it is held to it, until at least
 * three ends in a row over half a minute show that something else is there
 * now, or many more whatever broke in between; with CONFIRM_CLOSE for good.
 * `tls`: it could have given close_notify.
 */
enum habit_verdict habit_judge(struct habit *habit, enum session_level level,
    bool tls, enum conf_confirm confirm, int64_t now_ms);

/* A session broke: ends before and after that are not in a row. */
void habit_broken(struct habit *habit);

#endif
