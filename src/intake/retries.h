/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The details that are to be fetched again because they failed, so that one
 * bad id never stops the rest, or because they are not settled yet. Kept in the
 * spool; mirrored in memory, because every listing is compared with it. Times
 * are on the API's clock.
 */
#ifndef CEFD_INTAKE_RETRIES_H
#define CEFD_INTAKE_RETRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct batch;
struct err;
struct retries;
struct spool;

/* After so long without success an id is given up, and not before it was tried
 * so often: a clock that jumps makes it old in a second. It takes some 30 tries
 * to get so old by itself. */
#define RETRY_GIVE_UP_MS (INT64_C(7) * 24 * 3600 * 1000)
#define RETRY_GIVE_UP_MIN 20
#define RETRY_DELAY_MAX_MS (INT64_C(6) * 3600 * 1000)
#define RETRY_HOLD_MAX_MS (INT64_C(30) * 60 * 1000)
/* What is not settled by then is taken as it is. */
#define RETRY_UNSETTLED_MS (INT64_C(24) * 3600 * 1000)

/* `stream` ("acme/threats") is copied. The first wait is `first_delay_ms`. */
struct retries *retries_new(const char *stream, int64_t first_delay_ms);
void retries_free(struct retries *retries);

/* Forget the mirror and read it again. */
int retries_load(struct retries *retries, struct spool *spool, struct err *err);

size_t retries_count(const struct retries *retries);

/* The i-th id that is due, or false when there are not so many. */
bool retries_due(const struct retries *retries, int64_t now_ms, size_t i,
    struct text *ret_id);

/*
 * Note a failure: later, twice as long each time. Returns false when the id
 * has failed for RETRY_GIVE_UP_MS, and often; it is then off the list.
 */
bool retries_fail(struct retries *retries, struct batch *batch, struct text id,
    int64_t now_ms);

/* Note that it is to be looked at again for another reason than a failure. */
void retries_hold(struct retries *retries, struct batch *batch, struct text id,
    int64_t now_ms);

/* How long it has been on the list; -1 when it is not. */
int64_t retries_age_ms(
    const struct retries *retries, struct text id, int64_t now_ms);

/* For how long the one has failed that fails the longest; -1: none fails. What
 * is held as not settled yet has not failed, before it is overdue. */
int64_t retries_failing_ms(const struct retries *retries, int64_t now_ms);

static inline bool
retries_has(const struct retries *retries, struct text id)
{
	return retries_age_ms(retries, id, INT64_MAX) != -1;
}

/* Note a failure of all that is due: it cannot be had, whoever asks. Returns
 * how many are off the list by that. */
size_t retries_fail_due(
    struct retries *retries, struct batch *batch, int64_t now_ms);

/* It came after all. False, and nothing done, when it is not on the list. */
bool retries_done(struct retries *retries, struct batch *batch, struct text id);

#endif
