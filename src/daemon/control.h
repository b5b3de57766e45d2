/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be asked of a running daemon, over io/unix.h: a table of commands
 * in front of hooks that the daemon gives.
 *
 *   status              text          status json       JSON
 *   status screen COLUMNS ROWS [colour] [utf-8]  the same for a terminal
 *   poll [SOURCE]       answers when the poll has ended
 *   poll dry-run SOURCE what would be sent, and moves nothing
 *   reload              answers when the new configuration is in use
 *   pause NAME          answers when it is stored; resume NAME likewise
 *   replay SOURCE SINCE UNTIL TO  "-": not given; answers at its end
 *   send-test DESTINATION  puts a marked record into its queue; answers when
 *                       it is confirmed
 *   queue list | peek NAME [N] | drop NAME [force]   peek "-": all
 *   test [SOURCE]       every step to a source, as lines while they come
 *   names [sources | destinations]  one a line
 *
 * Error codes: usage, unknown (no such name), failed, busy, unwell (what was
 * tested is not well), partly (nor is that, but there is a way for a record),
 * stopping.
 */
#ifndef CEFD_DAEMON_CONTROL_H
#define CEFD_DAEMON_CONTROL_H

#include <stdbool.h>

struct control;
struct err;
struct loop;
struct stats;
struct unix_request;

/* Each hook that is given a request must end it (io/unix.h), now or later. */
struct control_ops {
	/* Valid until the next call of any hook. */
	const struct stats *(*stats)(void *arg);
	/* `source` NULL: all of them. */
	void (*poll)(
	    const char *source, struct unix_request *request, void *arg);
	void (*dry_run)(
	    const char *source, struct unix_request *request, void *arg);
	void (*pause)(const char *name, bool paused,
	    struct unix_request *request, void *arg);
	/* `words` is as in the command. */
	void (*replay)(
	    const char *words, struct unix_request *request, void *arg);
	void (*reload)(struct unix_request *request, void *arg);
	void (*send_test)(
	    const char *name, struct unix_request *request, void *arg);
	void (*queue_list)(struct unix_request *request, void *arg);
	/* `words` are as in the command. */
	void (*queue_peek)(
	    const char *words, struct unix_request *request, void *arg);
	void (*queue_drop)(
	    const char *words, struct unix_request *request, void *arg);
	/* `name` NULL: all of them. */
	void (*test)(const char *name, struct unix_request *request, void *arg);
	void *arg;
};

/* Listen on `path`. `ops` is copied. */
int control_new(struct control **ret_control, struct loop *loop,
    const char *path, const struct control_ops *ops, struct err *err);
void control_free(struct control *control);

/* Whoever waits for an answer, or asks for more than the status, is told that
 * the daemon is stopping. Takes NULL. */
void control_stop(struct control *control);

#endif
