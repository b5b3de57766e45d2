/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short list, looked through when a token is new.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "intake/budget.h"

#define LATE_SHARE 4

struct budgets {
	LIST_HEAD(, budget) list;
};

static struct budget *join(
    struct budgets *budgets, uint64_t key, unsigned per_minute, int64_t now_ms);
static bool is_lower(unsigned a, unsigned b);
static void set(struct budget *b, unsigned per_minute, int64_t now_ms);

struct budgets *
budgets_new(void)
{
	return xcalloc(1, sizeof(struct budgets));
}

void
budgets_free(struct budgets *budgets)
{
	free(budgets);
}

void
budget_use(struct budgets *budgets, struct budget **budget, uint64_t key,
    unsigned per_minute, int64_t now_ms)
{
	struct budget *b = *budget;

	if (b == NULL || b->key != key) {
		budget_leave(budget);
		b = join(budgets, key, per_minute, now_ms);
		*budget = b;
	}
	/* Of several users the most modest is right. */
	if (b->users == 1 ? b->per_minute != per_minute
	                  : is_lower(per_minute, b->per_minute))
		set(b, per_minute, now_ms);
}

void
budget_leave(struct budget **budget)
{
	struct budget *b = *budget;

	*budget = NULL;
	if (b == NULL || --b->users > 0)
		return;
	LIST_REMOVE(b, next);
	free(b);
}

static struct budget *
join(struct budgets *budgets, uint64_t key, unsigned per_minute, int64_t now_ms)
{
	struct budget *b;

	LIST_FOREACH(b, &budgets->list, next)
	if (b->key == key)
		break;
	if (b == NULL) {
		b = xcalloc(1, sizeof(*b));
		b->key = key;
		set(b, per_minute, now_ms);
		LIST_INSERT_HEAD(&budgets->list, b, next);
	}
	b->users++;
	return b;
}

/* 0 is no limit. */
static bool
is_lower(unsigned a, unsigned b)
{
	return a != 0 && (b == 0 || a < b);
}

static void
set(struct budget *b, unsigned per_minute, int64_t now_ms)
{
	unsigned late = per_minute / LATE_SHARE;

	if (late == 0 && per_minute != 0)
		late = 1;
	b->per_minute = per_minute;
	bucket_init(&b->all, per_minute, now_ms);
	bucket_init(&b->late, late, now_ms);
}
