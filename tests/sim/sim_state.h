/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states that a message has had. State 0 is drawn from the seed; each
 * later one was set by a control request or by --changes. All are kept, since
 * each is a record that a good poller may have to send.
 */
#ifndef CEFD_SIM_STATE_H
#define CEFD_SIM_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct sim_message;
struct sim_store;
struct sim_threat;

struct sim_state {
	int64_t set_ms;
	int64_t remediated_ms; /* or SIM_NEVER */
	const char *status;    /* NULL: the API leaves it out */
	const char *source;    /* the judgement; NULL: null or left out */
	bool overridden;       /* has a customerOverride */
	uint32_t served;       /* details given out in full that showed it */
	uint32_t number;       /* from 0 */
};

/* A state that took the place of an earlier one. */
struct sim_change {
	int64_t set_ms;
	int64_t remediated_ms; /* or SIM_NEVER */
	const char *status;    /* interned */
	const char *source;    /* interned */
	bool overridden;
	uint32_t served;
};

/* What to change; members that are not wanted keep their value. */
struct sim_wish {
	const char *status;    /* or NULL */
	const char *source;    /* or NULL */
	int override;          /* 1, 0, or -1: keep */
	bool set_remediated;   /* take the next member */
	int64_t remediated_ms; /* or SIM_NEVER */
};

/* remediationTimestamp of state 0. */
int64_t sim_state_first_remediated(
    const struct sim_threat *t, uint32_t n, int64_t now_ms, bool judged_now);

/* State `number`, from 0 to the message's nchanges, which is the current. */
void sim_state_get(const struct sim_threat *t, uint32_t n, uint32_t number,
    struct sim_state *ret);
void sim_state_current(
    const struct sim_threat *t, uint32_t n, struct sim_state *ret);

/*
 * Give the message a new state. False when it would equal the current one, or
 * when there are too many different words: then nothing was done.
 */
bool sim_state_change(struct sim_store *s, struct sim_threat *t, uint32_t n,
    const struct sim_wish *wish, int64_t now_ms);

/* Count that a reply showed the current state. */
void sim_state_mark_served(struct sim_threat *t, uint32_t n);

/* Whether a message with this status carries a remediationTimestamp. */
bool sim_status_is_remediated(const char *status);

/* A status for --changes, other than the one of `now`. */
const char *sim_status_other(const char *now, uint64_t bits);

#endif
