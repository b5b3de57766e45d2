/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables that the API shows: threats in the order they came to be, and an
 * index in the order of their ids, which is the order the API lists them in.
 *
 * Only what cannot be drawn again from the seed is stored: times, and what was
 * changed since. A further stream (cases, audit, ...) is a further table here.
 * Times are ms since 1970, on the simulator's clock.
 */
#ifndef CEFD_SIM_STORE_H
#define CEFD_SIM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "sim_id.h"

/* "There is no such time": no remediation, no bound. */
#define SIM_NEVER INT64_MIN

#define SIM_THREATS_MAX 4000000 /* in one store */

struct sim_change;

struct sim_message {
	int64_t received_ms;
	int64_t since_ms;           /* when the API began to show it */
	int64_t remediated_ms;      /* of its first state, or SIM_NEVER */
	struct sim_change *changes; /* owned, oldest first */
	uint32_t nchanges;
	uint32_t recipient; /* the number of the first one to the same */
	uint32_t served;    /* its first state, times given out in full */
};

struct sim_threat {
	struct sim_id id;
	uint64_t key; /* everything drawn for it starts here */
	int64_t received_first_ms;
	int64_t received_last_ms;
	int64_t remediated_last_ms;   /* latestTimeRemediated or SIM_NEVER */
	struct sim_message *messages; /* owned; mostly one a recipient */
	uint32_t nmessages;
	bool old_style; /* lacks the newer members */
};

struct sim_store {
	uint64_t seed;
	unsigned old_percent; /* how many threats are in the old style */
	struct rng rng;       /* for what control requests leave open */
	struct sim_threat *threats;
	struct sim_id *by_id; /* sorted; as many as threats */
	uint32_t nthreats;
	uint32_t cap;
	char **words; /* interned strings */
	size_t nwords;
	uint64_t nmessages;
	uint64_t nchanges;
};

/* What to add. `received_to_ms` is exclusive. */
struct sim_batch {
	uint32_t threats;
	uint32_t recipients_min; /* at least 1 */
	uint32_t recipients_max;
	int64_t received_from_ms;
	int64_t received_to_ms;
	int64_t now_ms;  /* when they come to be */
	bool judged_now; /* remediated now, not soon after the arrival */
};

void sim_store_init(struct sim_store *s, uint64_t seed, unsigned old_percent);
void sim_store_clear(struct sim_store *s);

/* Add threats and index them. They are the last `batch->threats` ones. */
void sim_store_add(struct sim_store *s, const struct sim_batch *batch);

/* One more recipient of a known campaign, judged and shown now; or one more
 * message to the first. */
void sim_store_add_message(struct sim_store *s, struct sim_threat *t,
    int64_t received_ms, int64_t now_ms, bool same);

uint32_t sim_store_recipients(const struct sim_threat *t);

/* The threat with this UUID (any case), or NULL. */
struct sim_threat *sim_store_find(const struct sim_store *s, const char *uuid);

/* The one copy of `word`, alive as long as the store. NULL: too many. */
const char *sim_store_intern(struct sim_store *s, const char *word);

void sim_uuid(char out[SIM_UUID_LEN + 1], const struct sim_threat *t);

#endif
