/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of fixed size in which a kind may take one of a few places in a row.
 * If all of them are taken the oldest has to leave, and its count is told first.
 */
#include "config.h"

#include <stdio.h>

#include "io/digest.h"
#include "io/log_limit.h"

#define PLACES 8

/* Which fields make a kind. */
static const struct text apart[] = {
    TEXT("source"), TEXT("stream"), TEXT("destination"), TEXT("queue")};

static struct log_limit_slot *slot_of(struct log_limit *limit, uint64_t kind);
static void tell(struct log_limit_slot *slot, log_limit_fn *told);

uint64_t
log_limit_kind(const char *fmt, const struct log_event *event)
{
	uint64_t kind = digest64(fmt, strlen(fmt)) ^
	    digest64(event->room, strlen(event->room));
	uint64_t part;

	for (size_t i = 0; i < event->field_count; i++) {
		const struct log_field *f = &event->fields[i];

		for (size_t k = 0; k < sizeof(apart) / sizeof(apart[0]); k++) {
			if (!text_eq(f->name, apart[k]))
				continue;
			part = digest64(f->value.ptr, f->value.len);
			kind = (kind ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		}
	}
	/* All findings of a configuration are told, each of them this often. */
	if (strcmp(event->room, "conf") == 0)
		kind ^= digest64(event->text, event->text_len);
	return kind != 0 ? kind : 1;
}

void
log_limit_sweep(
    struct log_limit *limit, int64_t now_ms, bool all, log_limit_fn *told)
{
	if (!all && now_ms - limit->swept_ms < LOG_LIMIT_WINDOW_MS)
		return;
	limit->swept_ms = now_ms;
	for (size_t i = 0; i < LOG_LIMIT_KINDS; i++) {
		struct log_limit_slot *slot = &limit->slots[i];

		if (all || now_ms - slot->began_ms >= LOG_LIMIT_WINDOW_MS)
			tell(slot, told);
	}
}

bool
log_limit_pass(struct log_limit *limit, uint64_t kind,
    const struct log_event *event, int64_t now_ms, log_limit_fn *told)
{
	struct log_limit_slot *slot = slot_of(limit, kind);

	if (slot->kind != kind ||
	    now_ms - slot->began_ms >= LOG_LIMIT_WINDOW_MS) {
		tell(slot, told);
		slot->kind = kind;
		slot->began_ms = now_ms;
		slot->passed = 0;
	}
	if (slot->passed < LOG_LIMIT_BURST) {
		slot->passed++;
		return true;
	}
	if (slot->swallowed++ == 0) {
		slot->level = event->level;
		slot->room = event->room;
		(void)snprintf(slot->sample, sizeof(slot->sample), "%.*s",
		    (int)sizeof(slot->sample) - 1, event->text);
	}
	return false;
}

/* Its own, a free one, or the oldest. */
static struct log_limit_slot *
slot_of(struct log_limit *limit, uint64_t kind)
{
	struct log_limit_slot *best = &limit->slots[kind % LOG_LIMIT_KINDS];

	for (uint64_t i = 0; i < PLACES; i++) {
		struct log_limit_slot *slot =
		    &limit->slots[(kind + i) % LOG_LIMIT_KINDS];

		if (slot->kind == kind)
			return slot;
		if (best->kind != 0 &&
		    (slot->kind == 0 || slot->began_ms < best->began_ms))
			best = slot;
	}
	return best;
}

static void
tell(struct log_limit_slot *slot, log_limit_fn *told)
{
	if (slot->kind != 0 && slot->swallowed != 0)
		told(slot);
	slot->swallowed = 0;
	slot->passed = 0;
	slot->kind = 0;
}
