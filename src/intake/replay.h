/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending again, on purpose.
 */
#ifndef CEFD_INTAKE_REPLAY_H
#define CEFD_INTAKE_REPLAY_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct outlet;
struct replay;
struct source;

/*
 * Fetch and send again what happened in [since, until), seconds since 1970, to
 * these outlets. -1 with ERR_AGAIN when a replay runs already, ERR_DENIED when
 * it is disabled or paused. `done` comes once, with the number of records,
 * unless source_leave_replay.
 */
typedef void source_replay_fn(uint64_t records, const char *error, void *arg);
int source_replay(struct source *source, int64_t since_s, int64_t until_s,
    const struct outlet *outlets, size_t outlet_count, source_replay_fn *done,
    void *arg, struct err *err);
void source_leave_replay(struct source *source);

/* For the source: places are free, or there is room again. Takes NULL. */
void replay_pump(struct replay *replay);

/* For the source: what runs; all 0 when NULL. */
struct replay_stats {
	int64_t since_s, until_s;
	uint64_t records; /* so far */
};
void replay_stats(const struct replay *replay, struct replay_stats *ret);

/* For the source: nothing it was given is good any more, and why. Takes NULL. */
void replay_free(struct replay *replay, const char *why);

#endif
