/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has the same token has the same budget, and nobody else has.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake/budget.h"

static void
the_same_key_shares(void **state)
{
	struct budgets *budgets = budgets_new();
	struct budget *a = NULL, *b = NULL, *c = NULL;

	(void)state;
	budget_use(budgets, &a, 1, 300, 0);
	budget_use(budgets, &b, 1, 300, 0);
	budget_use(budgets, &c, 2, 300, 0);
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	for (int i = 0; i < 4; i++)
		assert_int_equal(bucket_take(&a->all, 0, 0), 0);
	assert_true(bucket_take(&b->all, 0, 0) > 0);
	assert_int_equal(bucket_take(&c->all, 0, 0), 0);
	budget_leave(&a, 0);
	assert_null(a);
	budget_leave(&b, 0);
	budget_leave(&c, 0);
	budgets_free(budgets);
}

static void
the_most_modest_user_sets_it(void **state)
{
	struct budgets *budgets = budgets_new();
	struct budget *a = NULL, *b = NULL;

	(void)state;
	budget_use(budgets, &a, 1, 0, 0);
	budget_use(budgets, &b, 1, 100, 0);
	assert_int_equal(a->per_minute, 100);
	budget_use(budgets, &a, 1, 200, 0);
	assert_int_equal(a->per_minute, 100);
	budget_use(budgets, &a, 1, 60, 0);
	assert_int_equal(b->per_minute, 60);
	budget_leave(&a, 0);
	budget_use(budgets, &b, 1, 500, 0);
	assert_int_equal(b->per_minute, 500);
	budget_leave(&b, 0);
	budgets_free(budgets);
}

/* A reload tells each user's value anew, one after the other. */
static void
raised_by_all_it_is_raised(void **state)
{
	struct budgets *budgets = budgets_new();
	struct budget *a = NULL, *b = NULL;

	(void)state;
	budget_use(budgets, &a, 1, 60, 0);
	budget_use(budgets, &b, 1, 100, 0);
	budget_use(budgets, &a, 1, 300, 0);
	assert_int_equal(a->per_minute, 100);
	budget_use(budgets, &b, 1, 0, 0);
	assert_int_equal(a->per_minute, 300);
	budget_use(budgets, &a, 1, 0, 0);
	assert_int_equal(a->per_minute, 0);
	budget_leave(&a, 0);
	budget_leave(&b, 0);
	budgets_free(budgets);
}

static void
who_leaves_takes_its_limit_along(void **state)
{
	struct budgets *budgets = budgets_new();
	struct budget *a = NULL, *b = NULL;

	(void)state;
	budget_use(budgets, &a, 1, 60, 0);
	budget_use(budgets, &b, 1, 300, 0);
	assert_int_equal(b->per_minute, 60);
	budget_leave(&a, 0);
	assert_int_equal(b->per_minute, 300);
	budget_leave(&b, 0);
	budgets_free(budgets);
}

/* The server counts on: what was used in this minute stays used. */
static void
another_rate_fills_no_bucket(void **state)
{
	struct budgets *budgets = budgets_new();
	struct budget *a = NULL;

	(void)state;
	budget_use(budgets, &a, 1, 300, 0);
	while (bucket_take(&a->all, 0, 0) == 0)
		;
	budget_use(budgets, &a, 1, 290, 0);
	assert_true(bucket_take(&a->all, 0, 0) > 0);
	budget_use(budgets, &a, 1, 300, 0);
	assert_true(bucket_take(&a->all, 0, 0) > 0);
	assert_int_equal(bucket_take(&a->all, 0, 1000), 0);
	budget_leave(&a, 0);
	budgets_free(budgets);
}

static void
another_token_is_another_budget(void **state)
{
	struct budgets *budgets = budgets_new();
	struct budget *a = NULL, *b = NULL, *before;

	(void)state;
	budget_use(budgets, &a, 1, 300, 0);
	budget_use(budgets, &b, 1, 300, 0);
	before = b;
	budget_use(budgets, &a, 9, 300, 0);
	assert_ptr_not_equal(a, before);
	assert_ptr_equal(b, before);
	assert_int_equal(b->users, 1);
	budget_leave(&a, 0);
	budget_leave(&b, 0);
	budgets_free(budgets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_key_shares),
	    cmocka_unit_test(the_most_modest_user_sets_it),
	    cmocka_unit_test(raised_by_all_it_is_raised),
	    cmocka_unit_test(who_leaves_takes_its_limit_along),
	    cmocka_unit_test(another_rate_fills_no_bucket),
	    cmocka_unit_test(another_token_is_another_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
