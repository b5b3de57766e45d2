/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests that a customer's API clients share: sources with the same host
 * and token have one budget, however many they are.
 */
#ifndef CEFD_INTAKE_BUDGET_H
#define CEFD_INTAKE_BUDGET_H

#include <stdint.h>
#include <sys/queue.h>

#include "base/bucket.h"

struct budgets;
struct budget_user;

struct budget {
	struct bucket all;
	struct bucket late;  /* of them, for looking at known things again */
	int64_t hold_ms;     /* monotonic: nothing is asked before */
	unsigned per_minute; /* the least that one of its users allows */
	uint64_t key;
	unsigned users;
	LIST_HEAD(, budget_user) who;
	LIST_ENTRY(budget) next;
};

struct budgets *budgets_new(void);
void budgets_free(struct budgets *budgets);

/*
 * Use the budget of `key` (what is shared, hashed) instead of *budget, which
 * may be NULL. `budget` itself tells the users apart: it must stay where it is
 * until it leaves. `per_minute` is what this user allows from now on; 0 is no
 * limit.
 */
void budget_use(struct budgets *budgets, struct budget **budget, uint64_t key,
    unsigned per_minute, int64_t now_ms);
void budget_leave(struct budget **budget, int64_t now_ms);

#endif
