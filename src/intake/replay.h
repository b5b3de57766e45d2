/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending again, on purpose.
 */
#ifndef CEFD_INTAKE_REPLAY_H
#define CEFD_INTAKE_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct outlet;
struct queue;
struct replay;
struct source;
struct stream;

struct replay_wish {
	int64_t since_s,
	    until_s; /* since 1970; what happened in [since, until) */
	const struct stream *stream; /* NULL: all of the source */
	/* With a stream, the past of a new destination: see struct
	 * poller_errand. Or NULL. */
	const char *row;
};

struct replay_end {
	uint64_t records;
	const char *error;   /* NULL: it went to its end */
	const char *missing; /* what could not be had, or NULL */
};

/*
 * Fetch and send again what is wished to these outlets. -1 with ERR_AGAIN when
 * a replay runs already, ERR_DENIED when the source is disabled or paused, or
 * the stream refused, ERR_BAD when it is not asked for. `done` comes once,
 * unless source_leave_replay.
 */
typedef void source_replay_fn(const struct replay_end *end, void *arg);
int source_replay(struct source *source, const struct replay_wish *wish,
    const struct outlet *outlets, size_t outlet_count, source_replay_fn *done,
    void *arg, struct err *err);
void source_leave_replay(struct source *source);

/* An outlet that waited for its past has all of it, of every stream: what it is
 * given from now on need not be noted. */
void source_past_is_given(struct source *source, const struct queue *queue);

/* For the source: places are free, or there is room again. Takes NULL. */
void replay_pump(struct replay *replay);

/* For the source: what runs; all 0 when NULL. */
struct replay_stats {
	int64_t since_s, until_s;
	uint64_t records;           /* so far */
	char trouble[ERR_TEXT_MAX]; /* why it waits, or "" */
};
void replay_stats(const struct replay *replay, struct replay_stats *ret);

/* For the source: nothing it was given is good any more, and why. Takes NULL. */
void replay_free(struct replay *replay, const char *why);

#endif
