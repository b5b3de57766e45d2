/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One listed id: its pages, and the documents beside them.
 */
#ifndef CEFD_INTAKE_DETAIL_H
#define CEFD_INTAKE_DETAIL_H

#include "base/text.h"

struct detail;
struct err;
struct poller;
struct val;

/* Put an id at the end of what is to be fetched. */
struct detail *detail_add(struct poller *p, struct text id);

/* Ask for its next document, which account_admit has let in. It is not among
 * what is ready. */
void detail_start(struct detail *d);

/* It is not among what is ready. A request that runs is cancelled. */
void detail_free(struct detail *d);

/* For extras.c: take a page, whose extras are there or not to be had. Frees
 * the detail or puts it back on the list of what is ready. */
void detail_take(struct detail *d, const struct val *root);

#endif
