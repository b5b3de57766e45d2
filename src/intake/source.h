/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One source of the configuration: a poller for each of its streams, and the
 * account that they share (intake/account.h). Everything it must not forget is
 * in the spool, so that it can be stopped, killed or made anew at any moment.
 */
#ifndef CEFD_INTAKE_SOURCE_H
#define CEFD_INTAKE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/source_stats.h"
#include "intake/world.h"

struct bucket;
struct buf;
struct conf_source;
struct err;
struct outlet;
struct source;

/* `conf` must outlive the source or its replacement; outlets are copied. */
struct source *source_new(const struct intake_world *world,
    const struct conf_source *conf, const struct outlet *outlets,
    size_t outlet_count);

/* Commits what was gathered, drops what is under way. Takes NULL. */
void source_free(struct source *source);

/* Poll for the first time in `delay_ms`, then at the interval. */
void source_start(struct source *source, int64_t delay_ms);

/* Called once, when every stream's poll has ended; `error` NULL: all went
 * well, but for streams that the tenant has no licence for. */
typedef void source_done_fn(
    const struct source_stats *stats, const char *error, void *arg);

/* Poll now, or join the poll that runs or waits out a refusal. -1 when another
 * caller waits already, or it is disabled or paused. `done` may be NULL. */
int source_poll(struct source *source, source_done_fn *done, void *arg);

/* Forget the caller of source_poll. */
void source_leave(struct source *source);

/* There is room in the spool again, or may be. */
void source_kick(struct source *source);

/* Durably stop asking, or go on. What was gathered is kept. */
int source_pause(struct source *source, bool paused, struct err *err);

/* What `dry` gets is what a poll would send; nothing moves. Shares the budget
 * with `source`, which must outlive it. Polls when source_poll says so. */
struct source *source_new_dry(struct source *source, struct buf *dry);

/* Use other settings: what runs is dropped and begun again, in `delay_ms`; -1:
 * the source's own are as they were, and so is the time of the next poll. */
void source_reconfigure(struct source *source, const struct conf_source *conf,
    const struct outlet *outlets, size_t outlet_count, int64_t delay_ms);

/* The budget of requests, for others that ask the same API. */
struct bucket *source_bucket(struct source *source);

#endif
