/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A minute that is refused may be where the API's data
 * end, or bad by itself, or all may be refused. What lies around it is asked
 * for, to find out: see proof.c.
 */
#ifndef CEFD_INTAKE_PROOF_H
#define CEFD_INTAKE_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "intake/window.h"

struct listing;
struct poller;

enum proof_verdict {
	PROOF_ASKS, /* for something else, and then for the minute again */
	PROOF_END,  /* all before it is refused as well, what is newer is not */
	PROOF_LONE, /* something older is answered */
	PROOF_ALL,  /* nothing is answered */
};

enum proof_stage { PROOF_NEWER, PROOF_OLDER, PROOF_AGAIN };

struct proof {
	struct window edge; /* the minute; empty: none yet */
	int64_t oldest_s;   /* where what ends with it begins */
	enum proof_stage stage;
	unsigned tries; /* controls of the stage */
	bool is_told;   /* by the API: the oldest is the only question */
	bool is_last;   /* the last control of the stage is asked for */
	bool is_alone;  /* nothing newer was answered */
	bool answered;  /* the last control was */
	unsigned refused, silent; /* older controls; the latter not answered */
	int64_t good_s;           /* of what is older this is answered, */
	struct window bad;        /* and this is not: it was left out last */
};

/* The minute was refused, and what it would end begins at `oldest_s`, the
 * minute itself at the latest. Does the answer say that the data end? */
enum proof_verdict proof_of(struct poller *p, const struct window *minute,
    int64_t oldest_s, bool is_told);

/* A control was taken; or refused, or is not answered while others are. It is
 * over. */
void proof_taken(struct listing *control);
enum proof_verdict proof_refused(struct listing *control, bool is_silent);

/* It was left out; and: does a window that is not much larger touch that? Then
 * it is among what is bad. */
void proof_left_out(struct poller *p, const struct window *window);
bool proof_is_beside(const struct poller *p, const struct window *window);

#endif
