/* SPDX-License-Identifier: Apache-2.0 */
/* Events without an id: what the API comes to say more of them is no news. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/decode.h"
#include "intake/keyset.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "intake/val.h"
#include "take_kit.h"

#define E(rest) "{'timestamp':'2026-03-01T10:20:30.141Z','action':'a'" rest "}"
#define X(n) E(",'x':" #n)

/* The records that a page makes, which is committed then. */
static unsigned
news(struct fixture *f, const char *items)
{
	char text[2048];
	struct keyset seen = {0};
	struct taken taken = {.fresh = 0};
	const struct val *list;
	struct err err;
	struct doc *doc;
	int len = snprintf(text, sizeof(text), "{\"items\":[%s]}", items);

	assert_true(len > 0 && len < (int)sizeof(text));
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	doc = decode(f->decoder, text_of(text), &err);
	assert_non_null(doc);
	list = val_member(doc_root(doc), "items");
	if (take_items(&f->taker, list, 0, val_count(list), 1000, &seen, &taken,
	        &err) == -1)
		fail_msg("%s", err.text);
	doc_free(doc);
	keyset_clear(&seen);
	commit(f);
	assert_int_equal(taken.failed, 0);
	return taken.records;
}

static struct fixture *
of_audit(void **state)
{
	struct fixture *f = *state;

	f->taker.stream = &stream_audit;
	return f;
}

static void
what_says_more_than_before_is_no_news(void **state)
{
	struct fixture *f = of_audit(state);

	assert_int_equal(news(f, E("")), 1);
	assert_int_equal(news(f, E(",'new':1")), 0);
	assert_int_equal(news(f, E(",'new':1,'newer':2")), 0);
	assert_int_equal(news(f, E("")), 0);
}

static void
what_differs_in_what_is_not_known_is_another(void **state)
{
	struct fixture *f = of_audit(state);

	assert_int_equal(news(f, X(1) "," X(2) "," X(1) "," E("")), 3);
	assert_int_equal(news(f, E("") "," X(2) "," X(1)), 0);
	assert_int_equal(news(f, X(3) "," X(2) "," X(1) "," E("")), 1);
}

static void
as_many_as_were_taken_are_those(void **state)
{
	struct fixture *f = of_audit(state);

	assert_int_equal(news(f, X(1) "," X(2)), 2);
	assert_int_equal(
	    news(f, E(",'x':2,'new':0") "," E(",'x':1,'new':0")), 0);
	assert_int_equal(news(f, E(",'x':1,'new':0")), 0);
	assert_int_equal(news(f,
	                     E(",'x':3,'new':0") "," E(",'x':2,'new':0") "," E(
	                         ",'x':1,'new':0")),
	    1);
}

/* Wherever it stands among those that are known. */
static void
one_that_joins_them_is_news(void **state)
{
	struct fixture *f = of_audit(state);

	assert_int_equal(news(f, X(1)), 1);
	assert_int_equal(news(f, X(2) "," X(1)), 1);
	assert_int_equal(news(f, X(2) "," X(1) "," X(3) "," X(3)), 1);
	assert_int_equal(news(f, X(3) "," X(2) "," X(1)), 0);
}

/* How many there are of them in all a page does not say. */
static void
of_several_pages_each_counts(void **state)
{
	struct fixture *f = of_audit(state);

	f->taker.is_part = true;
	assert_int_equal(news(f, X(1) "," X(2)), 2);
	assert_int_equal(news(f, X(3) "," X(4)), 2);
	assert_int_equal(news(f, X(2) "," X(3)), 0);
}

#define R(reason, rest)                                                     \
	"{'abx_message_id':'m','reported_datetime':'2026-03-01T10:20:30Z'," \
	"'not_analyzed_reason':'" reason "'" rest "}"

static void
a_change_of_state_is_told_once(void **state)
{
	struct fixture *f = *state;

	f->taker.stream = &stream_abuse_not_analyzed;
	assert_int_equal(news(f, R("a", ",'x':1")), 1);
	assert_int_equal(news(f, R("b", ",'x':2")), 1);
	assert_int_equal(news(f, R("b", ",'x':3")), 0);
	assert_int_equal(news(f, R("a", ",'x':4")), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_says_more_than_before_is_no_news),
	    TEST(what_differs_in_what_is_not_known_is_another),
	    TEST(as_many_as_were_taken_are_those),
	    TEST(one_that_joins_them_is_news),
	    TEST(of_several_pages_each_counts),
	    TEST(a_change_of_state_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
