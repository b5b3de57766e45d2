/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a poll keeps in mind of an id that it fetches. For the poller's own
 * files.
 */
#ifndef CEFD_INTAKE_DETAIL_STATE_H
#define CEFD_INTAKE_DETAIL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "intake/keyset.h"
#include "intake/normalise.h"

struct ask;
struct doc;
struct entries;
struct poller;

/* One id whose documents are wanted, one after the other. */
struct detail {
	struct poller *poller;
	uint64_t number; /* in the order in which ids were listed */
	char *id;
	int64_t page;
	unsigned pages;       /* so far */
	unsigned stale_pages; /* of them, that brought nothing new */
	size_t shown;         /* messages, broken ones as well; */
	size_t page_shown;    /* by the last page */
	int64_t claimed;      /* recipients, as the API says; -1: it doesn't */
	bool is_guess;        /* nobody has named this page */
	bool pages_oddly;     /* what should name the next one is no number */
	unsigned attempts;    /* passing failures of this document */
	unsigned throttled;   /* how often it was answered with 429 */
	struct keyset seen;   /* its records, over the pages; */
	struct keyset recipients; /* and whose they are */
	bool is_late;             /* known, and looked at again */
	bool is_lost;             /* was given up before */
	bool is_quiet;            /* of before the stream began: */
	bool is_left;             /* it is settled, and not sent */
	bool is_retry;            /* was put off before */
	bool in_extras;           /* the document wanted is extras[extra] */
	bool has_extras;          /* they were asked for */
	bool lacks_extras;        /* some could not be had */
	bool is_owed;      /* and now are due once more, whatever is new */
	bool is_owed_only; /* it is fetched for nothing else */
	size_t extra;
	struct doc *extras[NORMALISE_EXTRAS];
	struct entries *entries[NORMALISE_EXTRAS]; /* of extras */
	struct doc *waiting;       /* the page that wants them */
	unsigned records, updates; /* made of it so far; updates are records */
	unsigned held;             /* unsettled ones, left for later */
	unsigned without;          /* records that went without an extra */
	struct ask *ask;
	TAILQ_ENTRY(detail) next; /* of a listing, or of what is ready */
	TAILQ_ENTRY(detail) all;
};
TAILQ_HEAD(details, detail);

#endif
