/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stack of windows, the earliest on top, so that time is walked forward and a
 * cursor can follow.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "intake/window.h"

bool
window_is_within(const struct window *w, const struct window *other)
{
	return w->kind == other->kind && w->from_s >= other->from_s &&
	    w->to_s <= other->to_s;
}

void
windows_clear(struct windows *w)
{
	free(w->items);
	*w = (struct windows){NULL, 0, 0};
}

bool
windows_pop(struct windows *w, struct window *ret)
{
	if (w->count == 0)
		return false;
	*ret = w->items[--w->count];
	return true;
}

void
windows_push(struct windows *w, struct window window)
{
	assert(window.from_s < window.to_s);
	if (w->count == w->cap) {
		w->cap = w->cap == 0 ? 16 : w->cap * 2;
		w->items = xrealloc(w->items, w->cap, sizeof(*w->items));
	}
	w->items[w->count++] = window;
}

bool
windows_raise(struct windows *w, enum window_kind kind)
{
	for (size_t i = w->count; i-- > 0;)
		if (w->items[i].kind == kind) {
			struct window raised = w->items[i];

			memmove(&w->items[i], &w->items[i + 1],
			    (w->count - i - 1) * sizeof(*w->items));
			w->items[w->count - 1] = raised;
			return true;
		}
	return false;
}

void
windows_push_steps(struct windows *w, enum window_kind kind, int64_t from_s,
    int64_t to_s, int64_t step_s)
{
	assert(step_s > 0);
	while (from_s < to_s) {
		/* From the end backwards, in steps counted from the start. */
		int64_t last = from_s + (to_s - from_s - 1) / step_s * step_s;

		windows_push(w, (struct window){kind, last, to_s});
		to_s = last;
	}
}

void
windows_cut(struct windows *w, struct window gap)
{
	struct windows whole = *w;

	*w = (struct windows){NULL, 0, 0};
	for (size_t i = 0; i < whole.count; i++) {
		struct window window = whole.items[i];
		int64_t from_s = window.from_s, to_s = window.to_s;

		if (window.kind != gap.kind || to_s <= gap.from_s ||
		    from_s >= gap.to_s) {
			windows_push(w, window);
			continue;
		}
		if (to_s > gap.to_s)
			windows_push(
			    w, (struct window){gap.kind, gap.to_s, to_s});
		if (from_s < gap.from_s)
			windows_push(
			    w, (struct window){gap.kind, from_s, gap.from_s});
	}
	windows_clear(&whole);
}
