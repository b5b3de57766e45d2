/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of 128 bits, as UUIDs or as plain numbers (then `high` is 0), and sorted
 * arrays of them: the order in which the API lists things.
 */
#ifndef CEFD_SIM_ID_H
#define CEFD_SIM_ID_H

#include <stdint.h>

#define SIM_UUID_LEN 36 /* without NUL */

struct sim_id {
	uint64_t high;
	uint64_t low;
	uint32_t index; /* where the thing is in its table */
};

/* A random UUID, version 4, from 128 even bits. */
void sim_id_make_uuid(struct sim_id *id, uint64_t high, uint64_t low);

/* The text of a UUID, and back (either case). 0, or -1. */
void sim_id_format(char out[SIM_UUID_LEN + 1], const struct sim_id *id);
int sim_id_parse(const char *text, struct sim_id *ret);

/* `count` ids, sorted but for those from `first` on: put these in place. */
void sim_ids_sort_in(struct sim_id *ids, uint32_t first, uint32_t count);

/* The one that equals `key`, or NULL. */
const struct sim_id *sim_ids_find(
    const struct sim_id *ids, uint32_t count, const struct sim_id *key);

#endif
