/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When disk is given back. A copy is good until the next commit; where each was
 * overtaken, the intake is asked to hold its breath for one.
 */
#include "config.h"

#include <inttypes.h>

#include "base/err.h"
#include "io/log.h"
#include "spool/aside.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool/store.h"

/* From a copy until the disk has most of it, and between two looks at whether
 * a file is freed. */
#define TIDY_COPY_MS 1000
#define TIDY_FREE_MS 100
/* After a failure. */
#define TIDY_FAILED_MS 600000

/* Copies that were overtaken, until quiet is asked for, and until it is told. */
#define LATE_QUIET 2
#define LATE_TOLD 3
/* Looks, a second apart: for what was fetched to be delivered, and at a copy,
 * while it is quiet. */
#define CALM_LOOKS 5
#define QUIET_LOOKS 60

static bool be_quiet(struct spool *spool);
static bool is_draining(struct spool *spool);
static int begin(struct spool *spool, struct err *err);
static int late(struct spool *spool);
static int failed(struct spool *spool);
static int end(struct spool *spool, struct err *err);

/* Until the folder is synced, the old file may be the one that is found after
 * a power cut: of a spool that has failed nothing is freed. */
int
spool_tidy(struct spool *spool, struct err *err)
{
	struct compaction *c = &spool->compaction;
	int wait_ms = c->wait_ms;

	if (spool_is_failed(spool)) {
		c->quiet = false;
		compact_drop(spool);
		return 0;
	}
	if (compact_free_old(spool))
		return TIDY_FREE_MS;
	c->wait_ms = 0;
	if (wait_ms > 0)
		return wait_ms;
	if (!compact_pays(spool) || spool_is_gone(spool)) {
		c->quiet = false;
		c->looks = 0;
		compact_drop(spool);
		return 0;
	}
	switch (compact_look(spool, err)) {
	case COMPACT_NONE:
		return c->copies_late >= LATE_QUIET && !be_quiet(spool)
		    ? TIDY_COPY_MS
		    : begin(spool, err);
	case COMPACT_COPIES:
		if (!c->quiet || ++c->looks < QUIET_LOOKS)
			return TIDY_COPY_MS;
		compact_drop(spool);
		c->copies_late++;
		return late(spool);
	case COMPACT_LATE:
		return late(spool);
	case COMPACT_FAILED:
		return failed(spool);
	case COMPACT_COPIED:
		break;
	}
	return end(spool, err);
}

bool
spool_wants_quiet(const struct spool *spool)
{
	return spool->compaction.quiet && !spool_is_failed(spool);
}

/*
 * Whether the next copy can begin: the intake is held, and what it had brought
 * is delivered. A queue that is drained would overtake each copy, and nothing
 * is held for it.
 */
static bool
be_quiet(struct spool *spool)
{
	struct compaction *c = &spool->compaction;
	uint64_t before = c->seen_commit;
	bool drains = is_draining(spool);

	c->seen_commit = compact_last_commit(spool);
	/* The first look is there to be compared with. */
	if (drains || c->looks == 0) {
		c->quiet = false;
		c->looks = 1;
		return false;
	}
	if (!c->quiet) {
		c->quiet = true;
		return false;
	}
	return before == c->seen_commit || c->looks++ >= CALM_LOOKS;
}

/* By what was released since the last look: not empty within a few more. */
static bool
is_draining(struct spool *spool)
{
	bool drains = false;

	for (unsigned i = 0; i < spool->queue_count; i++) {
		struct queue *queue = spool->queues[i];
		uint64_t released = queue->at.head - queue->tidied;

		queue->tidied = queue->at.head;
		if (released != 0 &&
		    queue_waiting(queue) / CALM_LOOKS > released)
			drains = true;
	}
	return drains;
}

static int
begin(struct spool *spool, struct err *err)
{
	spool->compaction.looks = 0;
	return compact_begin(spool, err) == -1 ? failed(spool) : TIDY_COPY_MS;
}

/* While there is much to do the next copy would be overtaken as well. What it
 * has taken of the disk is given back first. */
static int
late(struct spool *spool)
{
	struct compaction *c = &spool->compaction;

	c->quiet = false;
	c->looks = 0;
	c->wait_ms = TIDY_COPY_MS
	    << (c->copies_late < 12 ? c->copies_late : 12);
	if (c->copies_late == LATE_TOLD)
		log_info("spool",
		    "no disk space is given back yet: %u copies of what is "
		    "left were overtaken, since records keep coming or going; "
		    "it is tried again, ever more rarely",
		    c->copies_late);
	return TIDY_FREE_MS;
}

/* What is thrown away is freed meanwhile. */
static int
failed(struct spool *spool)
{
	spool->compaction.quiet = false;
	spool->compaction.wait_ms = TIDY_FAILED_MS;
	return -1;
}

static int
end(struct spool *spool, struct err *err)
{
	unsigned times = spool->compaction.copies_late;
	uint64_t before = spool->env.file_bytes;

	spool->compaction.quiet = false;
	if (compact_end(spool, err) == -1)
		return failed(spool);
	if (spool_change_file(spool, err) == -1)
		return -1;
	if (times >= LATE_TOLD)
		log_info("spool",
		    "disk space is given back at last: the spool's file had "
		    "%" PRIu64 " MiB and has %" PRIu64,
		    before >> 20, spool->env.file_bytes >> 20);
	return TIDY_FREE_MS;
}
