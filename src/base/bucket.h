/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token bucket on the monotonic clock: the budget of API requests. It never
 * lets more than `per_minute` through in any 60 seconds (as far as is known:
 * 300 requests a minute for all of a customer's clients together).
 */
#ifndef CEFD_BASE_BUCKET_H
#define CEFD_BASE_BUCKET_H

#include <stdint.h>

struct bucket {
	double tokens;
	double burst;
	double per_ms;
	int64_t last_ms;
};

/* `per_minute` 0 means no limit. Starts full. */
void bucket_init(struct bucket *b, unsigned per_minute, int64_t now_ms);

/* Another rate from now on; what was taken stays taken. */
void bucket_change(struct bucket *b, unsigned per_minute, int64_t now_ms);

/*
 * Take one token and return 0, or take none and return the ms to wait until
 * asking again is worth while (at least 1). `reserve` tokens are left for
 * others that call with a smaller reserve; it is cut to what a full bucket can
 * leave, so that waiting always ends.
 */
int64_t bucket_take(struct bucket *b, double reserve, int64_t now_ms);

/* What bucket_take would return, without taking. */
int64_t bucket_wait(struct bucket *b, double reserve, int64_t now_ms);

#endif
