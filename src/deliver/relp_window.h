/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records that a RELP server has not acknowledged yet, a bounded number of
 * them. Replies may come in any order; what counts as confirmed are records
 * without a gap, from the first on.
 */
#ifndef CEFD_DELIVER_RELP_WINDOW_H
#define CEFD_DELIVER_RELP_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relp_slot {
	uint64_t number; /* of the record */
	bool acknowledged;
};

struct relp_window {
	struct relp_slot *slots; /* a ring */
	size_t size;
	size_t first; /* index of the oldest */
	size_t count;
	uint32_t first_txnr;   /* of the oldest, or of the next if none */
	uint32_t next_txnr;    /* that the next record gets */
	uint64_t confirmed_to; /* all before this number; 0: none */
	uint64_t confirmed;    /* how many records */
};

/* `txnr` is the first to be given out. */
void relp_window_init(struct relp_window *window, size_t size, uint32_t txnr);
void relp_window_clear(struct relp_window *window);

bool relp_window_is_full(const struct relp_window *window);
bool relp_window_is_empty(const struct relp_window *window);

/* The record goes out; there must be room. Returns its transaction. */
uint32_t relp_window_put(struct relp_window *window, uint64_t number);

/* It was acknowledged. -1 when it was not waiting for that. */
int relp_window_acknowledge(struct relp_window *window, uint32_t txnr);

#endif
