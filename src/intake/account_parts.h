/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of an account, shared by account.c and asking.c.
 */
#ifndef CEFD_INTAKE_ACCOUNT_PARTS_H
#define CEFD_INTAKE_ACCOUNT_PARTS_H

#include <stdint.h>

#include "base/bucket.h"
#include "intake/account.h"

struct intake_world;

struct account {
	const struct intake_world *world;
	const struct conf_source *conf;
	void (*freed)(void *arg);
	void *arg;
	char *token; /* secret */
	struct bucket bucket, late;
	unsigned per_minute;
	unsigned in_flight;
	int64_t hold_ms; /* monotonic: nothing is asked before */
	uint64_t requests;
	int64_t server_ms, server_at_ms; /* its clock, and ours then */
	int64_t skew_told_ms;
};

/* Learn the API's time from a reply's Date, and say so when ours is off. */
void account_note_clock(struct account *account, int64_t date_ms);

#endif
