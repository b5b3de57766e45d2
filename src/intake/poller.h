/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for one stream of a source, again and again, and commits what is new.
 */
#ifndef CEFD_INTAKE_POLLER_H
#define CEFD_INTAKE_POLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/poller_state.h"
#include "intake/take.h"
#include "intake/world.h"

struct account;
struct buf;
struct conf_source;
struct poller;
struct stream;

/* What is gathered is made durable at so many at the latest. Larger commits cost
 * less in all, but the loop stands still for each: a record has a row of its own
 * in the ledger, and in a large one each is on another page. */
#define POLLER_COMMIT_RECORDS 128
#define POLLER_COMMIT_BYTES ((size_t)192 << 10)

/* What the pollers of a source have in common. All of it is the source's. */
struct poller_setup {
	const struct conf_source *conf;
	struct account *account;
	const struct outlet *outlets;
	size_t outlet_count;
	struct normalise_context context;
	void (*ended)(void *arg); /* a poll has ended; may be NULL */
	void *arg;
};

/* What it is for, when it is not for following a stream. */
struct poller_errand {
	struct buf *dry; /* what would be sent is appended; nothing moves */
	/* Send again what was received in this span, known or not, and then
	 * end. No cursor moves. 0, 0: no replay. */
	int64_t since_s, until_s;
	bool is_partial; /* to some of those who want the source's records */
	/* Name of the row that keeps how far it is: see errand.h. Or NULL. */
	const char *row;
	struct poller *beside; /* the one that follows the stream; may go */
};

struct poller *poller_new(const struct intake_world *world,
    const struct poller_setup *setup, const struct stream *stream,
    const struct poller_errand *errand);

/* Commits what was gathered, drops what is under way. Takes NULL. */
void poller_free(struct poller *poller);

/* Poll in `delay_ms`, then at the interval; -1: when it would have, or at once
 * if what ran was dropped. */
void poller_start(struct poller *poller, int64_t delay_ms);

/* Drop what is under way and rest in this state until poller_start. */
void poller_rest(struct poller *poller, enum poller_state state);

/* Called once, at the end of the poll; `error` NULL: it went well. */
typedef void poller_done_fn(
    const struct poller *poller, const char *error, void *arg);

/* Poll now, or join the poll that runs or waits out a refusal. -1 when another
 * caller waits already or it rests. `done` may be NULL. */
int poller_poll(struct poller *poller, poller_done_fn *done, void *arg);

/* Forget the caller of poller_poll. */
void poller_leave(struct poller *poller);

/* There is room in the spool again, or may be; or it is well again. */
void poller_kick(struct poller *poller);

/* A place in flight is free: go on, if there is something to do. */
void poller_pump(struct poller *poller);

/* The setup has changed: what runs is dropped and begun again. */
void poller_reconfigure(
    struct poller *poller, const struct poller_setup *setup);

void poller_stats(const struct poller *poller, struct poller_stats *ret);

#endif
