/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents beside a detail (a threat's links, a case's analysis): asked once
 * for each id that has something new to tell, before its records are made. A
 * record is never held up by what only adorns it: it goes without what cannot be
 * had, which is then owed, and told in a record of its own when it comes.
 */
#ifndef CEFD_INTAKE_EXTRAS_H
#define CEFD_INTAKE_EXTRAS_H

#include <stdbool.h>

#include "intake/take.h"

struct buf;
struct detail;
struct doc;
struct err;
struct http_reply;
struct poller;

/* Some are wanted and were not asked for yet. */
bool extras_are_due(const struct detail *d);

/* Ask for them from now on; `page` is kept until they are there. */
void extras_begin(struct detail *d, struct doc *page);

void extras_put_url(const struct detail *d, struct buf *out);

/* An answer, or a failure, has come. */
void extras_took(struct detail *d, const struct http_reply *reply,
    const struct err *failure);

/* What the page at hand gets of them. */
enum addition extras_addition(const struct detail *d);

bool extras_are_wanted(const struct poller *p);

/* So many in a row could not be had that no more are asked for in this run. */
bool extras_are_out(const struct poller *p);

#endif
