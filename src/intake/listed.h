/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of a list that has come. What it names is looked up in the ledger, some
 * at a turn of the loop: 500 ids that are in no page of memory would hold it up.
 * Until all of it is taken its list counts as asked for.
 */
#ifndef CEFD_INTAKE_LISTED_H
#define CEFD_INTAKE_LISTED_H

#include <stddef.h>
#include <stdint.h>

struct doc;
struct listing;

/* Take the page, which `doc`, of so many octets, is from now on. The next one is
 * `next`; 0: there is none. */
void listed_put(
    struct listing *l, struct doc *doc, int64_t next, size_t octets);

/* Forget what is left of it, if anything. */
void listed_drop(struct listing *l);

/* There is no further page. */
void listed_end(struct listing *l);

/* What the poller's timer for it calls. */
void listed_on_timer(void *poller);

#endif
