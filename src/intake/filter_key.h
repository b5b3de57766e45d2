/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream may be listed by two keys, one for what is new and one for what has
 * changed. When the API cannot answer the lists by one of them, the other goes
 * on. A window's key is that of its kind; looking back has that of what is new.
 */
#ifndef CEFD_INTAKE_FILTER_KEY_H
#define CEFD_INTAKE_FILTER_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/backoff.h"
#include "intake/window.h"

struct err;
struct poller;

/* A key by which the API does not answer. */
struct key_rest {
	bool is_doubtful;
	int64_t due_ms; /* monotonic, then: when it is tried again */
	struct backoff backoff;
};

/* The key of a kind; and the one beside it. WINDOW_NEW or WINDOW_CHANGED. */
enum window_kind filter_key_of(enum window_kind kind);
enum window_kind filter_key_beside(enum window_kind kind);

/* Both are listed by: not in a replay. */
bool filter_key_has_two(const struct poller *p);

/* It is put off, and not due yet: nothing is to be asked by it. */
bool filter_key_rests(const struct poller *p, enum window_kind kind);

/* When it is due, in ms from now; INT64_MAX: it was not put off. */
int64_t filter_key_wait_ms(const struct poller *p, enum window_kind kind);

/* It was put off, and not answered since. */
bool filter_key_is_doubtful(const struct poller *p, enum window_kind kind);
bool filter_key_any_doubtful(const struct poller *p);

/* A list by it was answered well. */
void filter_key_answered(struct poller *p, enum window_kind kind);

/* Go on without what is not listed by it yet, and try again ever later, up to
 * a quarter of an hour. Its cursor stays. */
void filter_key_put_off(
    struct poller *p, enum window_kind kind, const struct err *why);

/* New settings: try again now. */
void filter_key_reset(struct poller *p);

#endif
