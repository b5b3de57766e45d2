/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a poll decides and why, for the log at debug. Changes nothing but what
 * it keeps in mind to say a thing once. Ids of the API are in it, and no
 * secrets.
 */
#ifndef CEFD_INTAKE_EXPLAIN_H
#define CEFD_INTAKE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct detail;
struct http_reply;
struct listing;
struct poller;
struct window;

/* What became of the ids of a page. */
struct explain_ids {
	size_t unknown; /* to be fetched */
	size_t again;   /* known, and due to be looked at again */
	size_t known;   /* and need not be */
	size_t met;     /* in this run already, or on the retry list */
};

/* What needs no more than its sentence. */
void explain(const struct poller *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A poll has laid out its windows; `why` it begins. */
void explain_poll(const struct poller *p, const char *why);

void explain_window(const struct listing *l);
void explain_list(const struct listing *l, const struct explain_ids *ids);
void explain_halves(
    const struct poller *p, const struct window *whole, const char *why);

/* All pages of it are taken. */
void explain_detail(const struct detail *d);

/* It has to wait for the budget for so long, or, -1, for a place. */
void explain_wait(struct poller *p, int64_t wait_ms, bool is_late);
void explain_retry_after(
    const struct poller *p, const struct http_reply *reply);

/* What a commit holds, with where the cursors stand. */
void explain_commit(const struct poller *p, size_t records);

#endif
