/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place where records leave the queue. A session may be large, and the
 * loop is not to be held up by it, so that a whole one is released a slice at a
 * turn; the next one begins when all of it is.
 */
#include "config.h"

#include "base/err.h"
#include "base/fault_point.h"
#include "deliver/sender_parts.h"
#include "io/timer.h"
#include "spool/queue.h"
#include "spool/turn.h"

static int release_some(struct sender *sender);

int
sender_release(struct sender *sender, bool whole)
{
	int result = 0;

	while (sender->release_to != 0 &&
	    (whole || queue_may_sync(sender->queue, &sender->waits_since))) {
		if (release_some(sender) == -1)
			return -1;
		result = 1;
		if (!whole)
			break;
	}
	return result;
}

void
sender_release_and_go_on(struct sender *sender)
{
	int result = sender_release(sender, false);

	if (result == -1)
		return;
	if (sender->release_to != 0) {
		/* A stop and new settings wait, as for the peer's end. */
		sender->state = SENDER_CONFIRMING;
		timer_set(sender->timer, 0);
		if (result == 1)
			sender->hooks.released(sender->hooks.arg);
		return;
	}
	FAULT_POINT("session-released");
	sender->state = SENDER_IDLE;
	sender_swap(sender);
	sender->hooks.released(sender->hooks.arg);
	sender_go_on(sender);
}

/* One transaction's worth. */
static int
release_some(struct sender *sender)
{
	struct queue *queue = sender->queue;
	uint64_t head;
	struct err err;

	/* The session was another spool's: what it sent has other numbers. */
	if (sender->setbacks != queue_setbacks(queue)) {
		sender->release_to = 0;
		return 0;
	}
	if (queue_release_some(queue, sender->release_to, &head, &err) == -1) {
		(void)err_wrap(&err, "cannot release what is delivered");
		sender_spool_failed(sender, &err);
		return -1;
	}
	if (head >= sender->release_to)
		sender->release_to = 0;
	return 0;
}
