/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of one window: its pages, until all that it names is known.
 */
#ifndef CEFD_INTAKE_LISTING_H
#define CEFD_INTAKE_LISTING_H

struct listing;

/* Ask for the next page, which account_admit has let in. */
void listing_start(struct listing *l);

#endif
