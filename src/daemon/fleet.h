/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All pollers and all senders, made from one configuration and remade from the
 * next. It is also where the two halves hear of each other: "something was
 * committed", "something was released".
 */
#ifndef CEFD_DAEMON_FLEET_H
#define CEFD_DAEMON_FLEET_H

#include <stddef.h>

#include "daemon/stats.h"
#include "intake/replay.h"
#include "intake/source.h"
#include "io/loop.h"

struct buf;
struct conf;
struct err;
struct fleet;
struct http;
struct rng;
struct spool;

struct fleet *fleet_new(
    struct loop *loop, struct http *http, struct spool *spool, struct rng *rng);

/* Breaks what runs. Takes NULL. */
void fleet_free(struct fleet *fleet);

/*
 * Make what runs fit `conf`, of which references are taken. All of it or, on
 * failure, nothing. What did not change goes on undisturbed.
 */
int fleet_apply(struct fleet *fleet, struct conf *conf, struct err *err);

/* Stop polling at once; let running sessions end, then call stopped(arg). */
void fleet_stop(struct fleet *fleet, loop_fn *stopped, void *arg);

/* Fill in the parts of *stats that are about sources and destinations; valid
 * until the next call. */
void fleet_stats(struct fleet *fleet, struct stats *stats);

/* The i-th source and its name; NULL behind the last. */
struct source *fleet_source(
    const struct fleet *fleet, size_t i, const char **ret_name);

/* That of this name, or NULL. */
struct source *fleet_find_source(const struct fleet *fleet, const char *name);

/* Send again; see source_replay. `to` NULL: to all that want the source's
 * records. -1 also when there is no such source or destination. */
int fleet_replay(struct fleet *fleet, const char *name, const char *to,
    const struct replay_wish *wish, source_replay_fn *done, void *arg,
    struct err *err);

#endif
