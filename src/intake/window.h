/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans of time to list, in whole seconds, half open: from <= t < to. The API
 * cuts both bounds to whole seconds and leaves its upper bound out, so windows
 * that touch neither skip a second nor count one twice.
 */
#ifndef CEFD_INTAKE_WINDOW_H
#define CEFD_INTAKE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which of the API's times the window is over, and what it is for. */
enum window_kind {
	WINDOW_NEW,     /* the stream's first key, since the cursor */
	WINDOW_CHANGED, /* its second key, for changes, since the cursor */
	WINDOW_LATE,    /* the first key again: what showed up since */
	WINDOW_KINDS
};

struct window {
	enum window_kind kind;
	int64_t from_s; /* since 1970 */
	int64_t to_s;
};

/* What is still to be listed, the next one last. */
struct windows {
	struct window *items;
	size_t count, cap;
};

bool window_is_within(const struct window *w, const struct window *other);

void windows_clear(struct windows *w);
bool windows_pop(struct windows *w, struct window *ret);
void windows_push(struct windows *w, struct window window);

/* The next one of a kind is the next one of all. False when there is none. */
bool windows_raise(struct windows *w, enum window_kind kind);

/*
 * Push [from, to) of a kind in steps of at most `step_s`, so that the earliest
 * is popped first. Nothing when from >= to.
 */
void windows_push_steps(struct windows *w, enum window_kind kind,
    int64_t from_s, int64_t to_s, int64_t step_s);

/* Take the gap out of those of its kind; what is left of one stays in place. */
void windows_cut(struct windows *w, struct window gap);

#endif
