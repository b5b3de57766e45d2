/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One threat's pages.
 */
#ifndef CEFD_INTAKE_DETAIL_H
#define CEFD_INTAKE_DETAIL_H

#include "base/text.h"

struct detail;
struct poller;

/* Put an id at the end of what is to be fetched. */
void detail_add(struct poller *p, struct text id);

/* Ask for its next page. It is taken from the list of what is ready. */
void detail_start(struct detail *d);

/* On no list any more. A request that runs is cancelled. */
void detail_free(struct detail *d);

#endif
