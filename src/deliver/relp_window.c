/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of slots. Those that wait have transactions without a gap, so that a
 * reply's slot is found by counting from the oldest.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/relp.h"
#include "deliver/relp_window.h"

static void shift(struct relp_window *window);

void
relp_window_init(struct relp_window *window, size_t size, uint32_t txnr)
{
	*window = (struct relp_window){
	    .slots = xcalloc(size, sizeof(*window->slots)),
	    .size = size,
	    .first_txnr = txnr,
	    .next_txnr = txnr,
	};
}

void
relp_window_clear(struct relp_window *window)
{
	free(window->slots);
	window->slots = NULL;
}

bool
relp_window_is_full(const struct relp_window *window)
{
	return window->count == window->size;
}

bool
relp_window_is_empty(const struct relp_window *window)
{
	return window->count == 0;
}

uint32_t
relp_window_put(struct relp_window *window, uint64_t number)
{
	uint32_t txnr = window->next_txnr;
	size_t at = (window->first + window->count) % window->size;

	assert(!relp_window_is_full(window));
	window->slots[at] = (struct relp_slot){number, false};
	window->count++;
	window->next_txnr = relp_next_txnr(txnr);
	return txnr;
}

int
relp_window_acknowledge(struct relp_window *window, uint32_t txnr)
{
	struct relp_slot *slot;
	uint32_t ahead;

	if (txnr == 0 || txnr > RELP_TXNR_MAX)
		return -1;
	ahead = txnr >= window->first_txnr
	    ? txnr - window->first_txnr
	    : txnr + (RELP_TXNR_MAX - window->first_txnr);
	if (ahead >= window->count)
		return -1;
	slot = &window->slots[(window->first + ahead) % window->size];
	if (slot->acknowledged)
		return -1;
	slot->acknowledged = true;
	while (window->count != 0 && window->slots[window->first].acknowledged)
		shift(window);
	return 0;
}

/* The oldest is acknowledged. */
static void
shift(struct relp_window *window)
{
	window->confirmed_to = window->slots[window->first].number + 1;
	window->confirmed++;
	window->first = (window->first + 1) % window->size;
	window->first_txnr = relp_next_txnr(window->first_txnr);
	window->count--;
}
