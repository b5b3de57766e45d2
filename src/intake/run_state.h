/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a poll that runs keeps in mind. For the poller's own files.
 */
#ifndef CEFD_INTAKE_RUN_STATE_H
#define CEFD_INTAKE_RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/err.h"
#include "intake/keyset.h"
#include "intake/normalise.h"
#include "intake/window.h"

struct ask;
struct doc;
struct poller;

/* One id whose documents are wanted, one after the other. */
struct detail {
	struct poller *poller;
	char *id;
	int64_t page;
	unsigned pages;       /* so far */
	unsigned stale_pages; /* of them, that brought nothing new */
	unsigned attempts;    /* passing failures of this document */
	struct keyset seen;   /* its records, over the pages */
	bool is_late;         /* known, and looked at again */
	bool is_lost;         /* was given up before */
	bool in_extras;       /* the document wanted is extras[extra] */
	bool has_extras;      /* they were asked for */
	bool lacks_extras;    /* some could not be had */
	bool is_owed;         /* and now are due once more, whatever is new */
	bool is_owed_only;    /* it is fetched for nothing else */
	size_t extra;
	struct doc *extras[NORMALISE_EXTRAS];
	struct doc *waiting; /* the page that wants them */
	unsigned records;    /* made of it so far */
	unsigned held;       /* unsettled ones, left for later */
	unsigned without;    /* records that went without an extra */
	struct ask *ask;
	TAILQ_ENTRY(detail) next;
};
TAILQ_HEAD(details, detail);

/* What a run does, in this order. */
enum phase { PHASE_NEW, PHASE_RETRIES, PHASE_LATE, PHASE_END };

/* One poll, from its start to its end. */
struct run {
	bool active;
	enum phase phase;
	bool knew_time; /* the API's, when the windows were laid out */
	struct windows windows;
	struct window window; /* being listed */
	int64_t opened_ms;    /* the API's clock, when that began */
	bool in_window;
	bool listed;          /* all of the window's ids are known */
	struct window region; /* listed, and being fetched; or empty */
	int64_t region_opened_ms;
	size_t region_met;      /* ids that were met before it */
	bool region_is_resumed; /* begun by an earlier run */
	bool region_noted;      /* the spool knows of it */
	int64_t list_page;
	unsigned list_pass; /* over a list of several pages */
	bool list_brought;  /* this pass brought something new */
	bool list_paged;    /* there is more than one page of it */
	bool looked_back;   /* at one window at least */
	struct ask *list_ask;
	int64_t late_cut_s;      /* of that window not all was fetched; or 0 */
	bool refused;            /* looking for where the API's data begin */
	struct keyset met;       /* ids that need not be fetched again */
	struct keyset list_seen; /* records met in lists */
	struct keyset parents;   /* fetched whole, not in the batch yet */
	int64_t parents_ms;      /* monotonic, of the oldest of them */
	struct details ready;    /* to be fetched */
	struct details active_details;
	unsigned in_flight;
	unsigned failures;     /* passing ones in a row */
	unsigned put_offs;     /* details, in a row */
	unsigned extras_lost;  /* in a row */
	struct err extras_why; /* the last was */
	unsigned throttles;    /* 429s in a row */
	int64_t resume_ms;     /* monotonic: nothing is asked before */
	int64_t started_ms;    /* monotonic */
	int64_t gathered_ms;   /* monotonic, of the oldest uncommitted; 0 */
	bool has_news;         /* of that: not only cursors that moved */
	uint64_t fetched, records, updates, requests;
};

#endif
