/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of an account, shared by account.c, account_token.c and
 * asking.c.
 */
#ifndef CEFD_INTAKE_ACCOUNT_PARTS_H
#define CEFD_INTAKE_ACCOUNT_PARTS_H

#include <stdint.h>
#include <time.h>

#include "intake/account.h"
#include "intake/budget.h"

struct intake_world;
struct timer;

struct account {
	const struct intake_world *world;
	const struct conf_source *conf;
	void (*freed)(void *arg);
	void *arg;
	char *token; /* secret */
	/* Its file, as it was before it was read: */
	uint64_t file_inode;
	struct timespec file_changed;
	struct budget *budget;
	uint64_t shared; /* what it is the budget of, hashed */
	unsigned in_flight;
	bool is_troubled;    /* who was let in last */
	struct timer *timer; /* tells of places that a cancel made free */
	uint64_t requests;
	int64_t server_ms, server_at_ms; /* its clock, and ours then */
	int64_t skew_told_ms;
	int64_t
	    jump_ms; /* where a Date that jumped put the start of our clock */
	unsigned jumps;   /* replies in a row that agree on it */
	unsigned doubts;  /* and that did not say what was expected */
	unsigned untold;  /* good replies before one has told it */
	int64_t ahead_ms; /* its clock before it jumped forward; 0 */
	int64_t back_ms;  /* see account_back_ms */
	int64_t untrue_ms;
};

/* Learn the API's time from a reply's Date, and say so when ours is off. */
void account_note_clock(
    struct account *account, int64_t date_ms, int64_t late_ms);

#endif
