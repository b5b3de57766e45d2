/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What accrues while a session runs is for the next one, so that a receiver
 * that takes its time to confirm still gets the whole rate.
 */
#include "config.h"

#include "deliver/pace.h"

#define SLICES_IN_A_SECOND 5
/* A session that takes longer costs some of the rate. */
#define ACCRUE_MAX_S 30

static void accrue(struct pace *pace, unsigned rate, int64_t now_ms);
static double slice_of(unsigned rate);

void
pace_rest(struct pace *pace)
{
	pace->resting = true;
}

int64_t
pace_wait(struct pace *pace, unsigned rate, uint64_t waiting, int64_t now_ms)
{
	double enough = slice_of(rate);

	if (rate == 0)
		return 0;
	accrue(pace, rate, now_ms);
	pace->resting = false;
	if (enough > (double)waiting)
		enough = (double)waiting;
	if (pace->accrued >= enough)
		return 0;
	return (int64_t)((enough - pace->accrued) * 1000 / rate) + 1;
}

uint64_t
pace_lend(struct pace *pace, unsigned rate, uint64_t most, int64_t now_ms)
{
	if (rate == 0)
		return most;
	accrue(pace, rate, now_ms);
	pace->lent = pace->accrued < 1 ? 1 : (uint64_t)pace->accrued;
	if (pace->lent > most)
		pace->lent = most;
	pace->accrued -= (double)pace->lent;
	return pace->lent;
}

void
pace_settle(struct pace *pace, uint64_t records)
{
	if (records < pace->lent)
		pace->accrued += (double)(pace->lent - records);
	pace->lent = 0;
}

static void
accrue(struct pace *pace, unsigned rate, int64_t now_ms)
{
	double most =
	    pace->resting ? slice_of(rate) : (double)rate * ACCRUE_MAX_S;

	if (now_ms > pace->last_ms)
		pace->accrued += (double)(now_ms - pace->last_ms) * rate / 1000;
	if (pace->accrued > most)
		pace->accrued = most;
	pace->last_ms = now_ms;
}

static double
slice_of(unsigned rate)
{
	double slice = (double)rate / SLICES_IN_A_SECOND;

	return slice < 1 ? 1 : slice;
}
