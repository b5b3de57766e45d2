/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When was a stream first wanted? `start` counts from then. While the API has
 * not told its time that is known by this machine's clock only, and a machine's
 * first hour is when its clock is most likely to be wrong.
 */
#ifndef CEFD_INTAKE_WANTED_H
#define CEFD_INTAKE_WANTED_H

#include <stdbool.h>
#include <stdint.h>

/* What lies further in the future of a clock than clocks differ. */
#define WANTED_FUTURE_MS INT64_C(300000)
/* A token that is refused for longer than that is no token. */
#define WANTED_AGE_MAX_MS (INT64_C(90) * 86400000)

/* Times in ms since 1970. */
struct wanted {
	int64_t now_ms;   /* the API's, as far as it is known */
	int64_t skew_ms;  /* this machine's clock less the API's */
	int64_t about_ms; /* noted by this machine's clock in an earlier life */
	int64_t life_ms;  /* wanted in this life, on the API's clock */
};

/*
 * The note, put right by how far this machine's clock is off now; or as it was
 * noted, when the clock was right then; or, when neither can be (later than
 * now, or older than WANTED_AGE_MAX_MS), when it was wanted in this life, and
 * *ret_absurd is true. Never later than now.
 */
int64_t wanted_since_ms(const struct wanted *wanted, bool *ret_absurd);

#endif
