/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of one window: its pages, until all that it names is known.
 */
#ifndef CEFD_INTAKE_LISTING_H
#define CEFD_INTAKE_LISTING_H

#include "intake/window.h"

struct poller;

/* Begin with a window. */
void listing_open(struct poller *p, struct window window);

/* Ask for its next page, which account_admit has let in. */
void listing_start(struct poller *p);

#endif
