/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has no id is known by all that it says. When the API comes to say more
 * of everything, that is no news: so what it says beyond what is known here
 * (item.rest) tells items apart that are alike otherwise, but where as many
 * alike were taken as a page shows, those are them. Of a second that takes more
 * than a page each of them counts.
 */
#ifndef CEFD_INTAKE_ALIKE_H
#define CEFD_INTAKE_ALIKE_H

#include <stddef.h>
#include <stdint.h>

struct alike;
struct err;
struct item;
struct taker;

/* Takes NULL. */
void alike_free(struct alike *alike);

/* Another page begins. */
void alike_reset(struct taker *taker);

/*
 * Make the rest of the item, the `at`-th of taker->items, a part of what it is
 * known by. If it is taken already, as one that said less, the batch gets its
 * row. -1 when the ledger cannot be read.
 */
int alike_settle(struct taker *taker, size_t at, struct item *item,
    int64_t now_ms, struct err *err);

#endif
