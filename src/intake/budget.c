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

struct budget_user {
	struct budget **place;
	unsigned per_minute;
	LIST_ENTRY(budget_user) next;
};

static struct budget *join(
    struct budgets *budgets, uint64_t key, struct budget **place);
static struct budget_user *find(struct budget *b, struct budget **place);
static void settle(struct budget *b, int64_t now_ms);
static unsigned least(const struct budget *b);
static unsigned late_share(unsigned per_minute);

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
	bool is_new = false;

	if (*budget == NULL || (*budget)->key != key) {
		budget_leave(budget, now_ms);
		*budget = join(budgets, key, budget);
		is_new = (*budget)->users == 1;
	}
	find(*budget, budget)->per_minute = per_minute;
	if (is_new) {
		(*budget)->per_minute = per_minute;
		bucket_init(&(*budget)->all, per_minute, now_ms);
		bucket_init(&(*budget)->late, late_share(per_minute), now_ms);
	}
	settle(*budget, now_ms);
}

void
budget_leave(struct budget **budget, int64_t now_ms)
{
	struct budget *b = *budget;
	struct budget_user *user;

	*budget = NULL;
	if (b == NULL)
		return;
	user = find(b, budget);
	LIST_REMOVE(user, next);
	free(user);
	if (--b->users > 0) {
		settle(b, now_ms);
		return;
	}
	LIST_REMOVE(b, next);
	free(b);
}

static struct budget *
join(struct budgets *budgets, uint64_t key, struct budget **place)
{
	struct budget_user *user = xcalloc(1, sizeof(*user));
	struct budget *b;

	LIST_FOREACH(b, &budgets->list, next)
	if (b->key == key)
		break;
	if (b == NULL) {
		b = xcalloc(1, sizeof(*b));
		b->key = key;
		LIST_INIT(&b->who);
		LIST_INSERT_HEAD(&budgets->list, b, next);
	}
	user->place = place;
	LIST_INSERT_HEAD(&b->who, user, next);
	b->users++;
	return b;
}

static struct budget_user *
find(struct budget *b, struct budget **place)
{
	struct budget_user *user;

	LIST_FOREACH(user, &b->who, next)
	if (user->place == place)
		return user;
	abort();
}

/* Of several users the most modest is right. */
static void
settle(struct budget *b, int64_t now_ms)
{
	unsigned per_minute = least(b);

	if (per_minute == b->per_minute)
		return;
	b->per_minute = per_minute;
	bucket_change(&b->all, per_minute, now_ms);
	bucket_change(&b->late, late_share(per_minute), now_ms);
}

/* 0 is no limit. */
static unsigned
least(const struct budget *b)
{
	const struct budget_user *user;
	unsigned per_minute = 0;

	LIST_FOREACH(user, &b->who, next)
	if (user->per_minute != 0 &&
	    (per_minute == 0 || user->per_minute < per_minute))
		per_minute = user->per_minute;
	return per_minute;
}

static unsigned
late_share(unsigned per_minute)
{
	unsigned late = per_minute / LATE_SHARE;

	return late == 0 && per_minute != 0 ? 1 : late;
}
