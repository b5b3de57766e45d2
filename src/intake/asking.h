/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request of an account: let in, then asked.
 */
#ifndef CEFD_INTAKE_ASKING_H
#define CEFD_INTAKE_ASKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/http.h"

struct account;
struct ask;
struct gate_waiter;

/* Whose turn it is when the budget is short. */
enum urgency {
	URGENT, /* somebody waits for the answer: may use the reserve */
	USUAL,
	LATE, /* looks at known things again: a fourth of the budget at most */
};

#define ACCOUNT_NO_PLACE (-1) /* `freed` or the waiter's wake will tell */

/*
 * Take what one request needs. 0: account_ask must follow. Positive: ask again
 * in so many ms. ACCOUNT_NO_PLACE: too much is under way.
 */
int64_t account_admit(
    struct account *account, enum urgency urgency, struct gate_waiter *waiter);

/*
 * The API's clock has jumped in the last reply, and until others agree what is
 * listed must not move a cursor. Never for long: then the jump is passed over.
 */
bool account_doubts_time(const struct account *account);

/* Several good replies had no Date, or none that can be, and no other has had
 * one: nothing but this machine's clock is to be had. */
bool account_lacks_time(const struct account *account);

/*
 * How far the API's clock has jumped back in this life, all in all. What was
 * listed while it was ahead was listed before its time: from *ret_from_ms of
 * the API's clock on, as far as is known, else that is 0.
 */
int64_t account_back_ms(const struct account *account, int64_t *ret_from_ms);

/* An API that wants to be left alone for longer is asked once an hour. */
#define ACCOUNT_HOLD_MAX_MS INT64_C(3600000)

/* Let nobody in for so long: the API asked to wait, and all streams of the
 * customer are told the same. What a 429 asks for is held already when its
 * `done` is called. */
void account_hold(struct account *account, int64_t wait_ms);

/* How long that will last yet; 0: nobody has to wait. */
int64_t account_held_ms(const struct account *account);

/*
 * Start a request for an URL (copied) that account_admit has let in. `done` is
 * called once, from the loop, unless it is cancelled. Never calls back at once.
 */
struct ask *account_ask(struct account *account, const char *url,
    size_t max_bytes, http_done_fn *done, void *arg);
void account_cancel(struct ask *ask);

#endif
