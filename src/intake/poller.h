/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks one source, again and again, and commits what is new. Everything it
 * must not forget is in the spool, so that it can be stopped, killed or made
 * anew at any moment.
 */
#ifndef CEFD_INTAKE_POLLER_H
#define CEFD_INTAKE_POLLER_H

#include <stddef.h>
#include <stdint.h>

#include "intake/take.h"
#include "io/loop.h"

struct buf;
struct conf_source;
struct http;
struct poller;
struct rng;
struct spool;

enum poller_state {
	POLLER_OK, /* waits for the next poll */
	POLLER_POLLING,
	POLLER_BACKING_OFF,
	POLLER_DENIED,
	POLLER_UNLICENSED,
	POLLER_DISABLED,
	POLLER_FAILING,
};
const char *poller_state_str(enum poller_state state);

struct poller_stats {
	enum poller_state state;
	/* Wall clock, ms since 1970; 0: never. */
	int64_t last_poll_ms, last_success_ms, next_poll_ms;
	int64_t token_expires_ms;
	int64_t behind_ms; /* how far the newest window ends before now */
	/* Since start. */
	uint64_t fetched, records, updates, requests, given_up;
	uint64_t pending_retries;
	char last_error[512];
};

/* What is gathered is made durable at so many at the latest: a commit waits for
 * the disk, and what it writes besides the records hardly grows with them. */
#define POLLER_COMMIT_RECORDS 1000
#define POLLER_COMMIT_BYTES ((size_t)1 << 20)
/* Threats that were fetched whole may be noted in a later commit. */
#define POLLER_PARENTS_MAX 1000

struct poller_world {
	struct loop *loop;
	struct http *http;
	struct spool *spool;
	struct rng *rng;
	void (*committed)(void *arg); /* records may wait in queues */
	void *arg;
};

/*
 * `conf` must outlive the poller or its replacement; the outlets are copied.
 * Where `dry` is given nothing is moved: what would be sent is appended to it.
 */
struct poller *poller_new(const struct poller_world *world,
    const struct conf_source *conf, const struct outlet *outlets,
    size_t outlet_count, struct buf *dry);

/* Commits what was gathered, drops what is under way. Takes NULL. */
void poller_free(struct poller *poller);

/* Poll for the first time in `delay_ms`, then at the interval. */
void poller_start(struct poller *poller, int64_t delay_ms);

/* Called once, at the end of the poll; `error` NULL: it went well. */
typedef void poller_done_fn(
    const struct poller_stats *stats, const char *error, void *arg);

/* Poll now, or join the poll that runs or waits out a refusal. -1 when another
 * caller waits already or the source is disabled. `done` may be NULL. */
int poller_poll(struct poller *poller, poller_done_fn *done, void *arg);

/* Forget the caller of poller_poll. */
void poller_leave(struct poller *poller);

/* There is room in the spool again, or may be. */
void poller_kick(struct poller *poller);

/* Use other settings: what runs is dropped and begun again. */
void poller_reconfigure(struct poller *poller, const struct conf_source *conf,
    const struct outlet *outlets, size_t outlet_count);

void poller_stats(const struct poller *poller, struct poller_stats *ret);

#endif
