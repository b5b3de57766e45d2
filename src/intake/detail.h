/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One listed id: its pages, and the documents beside them.
 */
#ifndef CEFD_INTAKE_DETAIL_H
#define CEFD_INTAKE_DETAIL_H

#include "base/text.h"

struct detail;
struct details;
struct err;
struct poller;
struct val;

/* An id that is to be fetched, at the end of a queue. */
struct detail *detail_add(
    struct poller *p, struct text id, struct details *queue);

/* Ask for its next document, which account_admit has let in. It is in no queue
 * any more. */
void detail_start(struct detail *d);

/* It is in no queue. A request that runs is cancelled. */
void detail_free(struct detail *d);

/* For extras.c: take a page, whose extras are there or not to be had. Frees
 * the detail or puts it back on the list of what is ready. */
void detail_take(struct detail *d, const struct val *root);

#endif
