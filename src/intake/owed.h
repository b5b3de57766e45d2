/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids whose records went without a document beside their detail
 * (intake/extras.h), until that could be had after all or is given up.
 */
#ifndef CEFD_INTAKE_OWED_H
#define CEFD_INTAKE_OWED_H

#include <stdbool.h>

#include "base/text.h"

struct detail;
struct err;
struct poller;

bool owed_has(const struct poller *p, struct text id);

/* Records of the id go without: note the debt, in the same batch. */
void owed_add(struct detail *d);

/* The id is fetched whole: is the debt paid? */
void owed_settle(struct detail *d);

/* Trying to pay it has failed: later again, or a notice after 7 days. */
void owed_failed(struct detail *d, const struct err *why);

/* Fetch what is due. */
void owed_want(struct poller *p);

/* Leave what has not begun for the next poll. */
void owed_drop(struct poller *p);

#endif
