/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two ways lead to a destination, the usual one and a replay, and neither may
 * bring what the other has brought. So what one of them alone gives is noted in
 * the ledger, a row for the item and the destination, in the transaction that
 * holds the record:
 *
 *   ahead   a replay to some has given this state, which the usual way still
 *           owes to the others
 *   since   this state was given while a replay to it ran, or it waited for its
 *           past
 *
 * A destination without a note was last given what the ledger has of the item.
 */
#ifndef CEFD_INTAKE_GIVEN_H
#define CEFD_INTAKE_GIVEN_H

#include <stdbool.h>
#include <stdint.h>

struct before;
struct outlet;
struct taker;

/* Is the item as it is now to be given to this destination? */
bool given_is_due(const struct taker *taker, const struct before *before,
    const struct outlet *outlet);

/* To any one of the taker's? */
bool given_is_due_to_any(
    const struct taker *taker, const struct before *before);

/* It is given, or need not be: into the taker's batch, when there is anything
 * to be noted. */
void given_note(const struct taker *taker, const struct before *before,
    const struct outlet *outlet, bool is_due, int64_t now_ms);

#endif
