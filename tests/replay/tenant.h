/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data behind the fake API: threats, their messages, and all states that
 * these will ever have, with the times when they can be seen.
 */
#ifndef CEFD_TESTS_REPLAY_TENANT_H
#define CEFD_TESTS_REPLAY_TENANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct script;

#define UUID_LEN 36
#define NO_TIME INT64_C(0)

struct state {
	int64_t set_ms; /* seen from then on */
	int64_t remediated_ms;
	const char *status;
	const char *source;
	bool overridden;
};

struct message {
	uint32_t threat;
	int64_t id;
	int64_t received_ms;
	/* The one that it is, as another threat shows it, in states of its
	 * own; NO_MESSAGE: it is itself. */
	uint32_t original;
	bool has_echo;        /* some other one has it for original */
	struct state *states; /* the first is set when it becomes visible */
	uint32_t state_count;
};

struct threat {
	char uuid[UUID_LEN + 1];
	uint32_t first, count; /* its messages, oldest first */
	/* Its detail is not found, or an error, for some time. */
	int64_t bad_from_ms, bad_to_ms;
	int bad_status;
	bool is_gone; /* for ever, and from the start */
};

struct tenant {
	struct threat *threats;
	struct message *messages;
	uint32_t *order; /* threats by uuid */
	uint32_t threat_count, message_count;
	uint32_t hidden; /* a message that is never shown, for --break */
};

#define NO_MESSAGE UINT32_MAX

void tenant_draw(struct tenant *tenant, const struct script *script,
    uint64_t seed, unsigned without);
void tenant_clear(struct tenant *tenant);

/* The message as that threat shows it: itself, or who has it for original. */
uint32_t tenant_shown_by(
    const struct tenant *tenant, uint32_t message, struct text threat);

/* Number of the state of a message at that time, or -1: not visible yet. */
int tenant_state_at(
    const struct tenant *tenant, uint32_t message, int64_t now_ms);

/* Does the threat match a list's filter of [from_s, to_s) at that time? */
bool tenant_is_received_in(const struct tenant *tenant,
    const struct threat *threat, int64_t from_s, int64_t to_s, int64_t now_ms);
bool tenant_is_remediated_in(const struct tenant *tenant,
    const struct threat *threat, int64_t from_s, int64_t to_s, int64_t now_ms);

bool state_equals(const struct state *a, const struct state *b);

#endif
