/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that cefd writes about itself, in the stream of records, so that what
 * is missing is seen where the analysts look.
 */
#ifndef CEFD_INTAKE_NOTICE_H
#define CEFD_INTAKE_NOTICE_H

#include <stdint.h>

#include "base/text.h"

struct err;
struct notice_counts;
struct poller;
struct taker;
struct window;

/* Texts that are empty and times that are 0 are left out. */
struct notice {
	struct text cat;  /* one word: given-up, gap, ... */
	struct text act;  /* what was done */
	struct text name; /* CEF name */
	struct text msg;
	int severity; /* CEF, 0-10 */
	struct text stream;
	struct text error;
	struct text parent_id;
	struct text id;                     /* externalId */
	int64_t start_ms, end_ms;           /* since 1970 */
	int64_t count;                      /* -1: none */
	const struct notice_counts *counts; /* of a heartbeat, or NULL */
};

/* Since the start of cefd, or as of now. */
struct notice_counts {
	int64_t uptime_s;
	int64_t sequence; /* the notice's place in its queue's whole history */
	int64_t queued;   /* records before it */
	int64_t confirmed, resent;
	int64_t fetched, given_up, behind_s; /* of the sources together */
	int64_t spool_percent;               /* of the quota */
	const struct text *sources;          /* each with its state */
	size_t source_count;
};

/* Put the notice into the taker's batch, for all of its outlets. */
void notice_put(
    struct taker *taker, const struct notice *notice, int64_t now_ms);

/* An id that could not be fetched for days. */
void notice_given_up(struct poller *p, struct text id, const struct err *why);

/*
 * So many records of an id (empty: of a list of records) are broken or fit no
 * destination. Told in the log and counted; of a replay its end tells the rest.
 */
void notice_unsent(
    struct poller *p, struct text id, unsigned count, const struct err *why);

/* So many ids (`id`, or empty: several) whose records went without what was
 * asked beside them, for good. */
void notice_incomplete(
    struct poller *p, struct text id, size_t count, const struct err *why);

/* A span of time that the API did not give any more. */
void notice_gap(
    struct poller *p, const struct window *gap, const struct err *why);

/* A window that could not be listed for days. */
void notice_skipped(
    struct poller *p, const struct window *window, const struct err *why);

/* A replay of a span begins (-1), or has ended with so many records; `why` it
 * was broken off, or NULL. */
void notice_replay(struct poller *p, int64_t records, const struct err *why);

#endif
