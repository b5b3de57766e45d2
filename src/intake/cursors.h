/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a source remembers in the spool.
 */
#ifndef CEFD_INTAKE_CURSORS_H
#define CEFD_INTAKE_CURSORS_H

#include <stdbool.h>

#include "base/text.h"
#include "intake/window.h"
#include "spool/ledger.h"

struct err;
struct poller;

/* Cursors and retry list, or where the configuration says to begin. */
int cursors_load(struct poller *p, struct err *err);

/* Put the cursor of that kind of window into the batch. */
void cursors_put(struct poller *p, enum window_kind kind);

/* Threats that were fetched whole once: a later listing of them over old
 * windows brings nothing new. */
struct ledger_key parent_key(const struct poller *p, struct text id);
bool parent_is_known(struct poller *p, struct text id);
void parent_put(struct poller *p, struct text id);

/* Put into the batch what parent_put has held back. */
void parents_flush(struct poller *p);

#endif
