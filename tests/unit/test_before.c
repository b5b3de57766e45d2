/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message that two threats show: each state that one of them comes to is told
 * once, however often both are looked at, and whether they agree or not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/decode.h"
#include "intake/entries.h"
#include "spool/ledger.h"
#include "take_kit.h"

static const char in_s[] = "{'messages':[" M("1", "a", "S") "]}";
static const char in_t[] = "{'messages':[" M("1", "a", "T") "]}";
static const char in_u[] = "{'messages':[" M("1", "a", "U") "]}";

/* Records that a look at one of several threats brings. */
static unsigned
look(struct fixture *f, const char *threat, const char *json)
{
	unsigned records = page_of(f, threat, 1000, json, NULL).records;

	commit(f);
	return records;
}

static void
two_threats_that_disagree_are_told_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(look(f, "one", in_s), 1);
	assert_int_equal(look(f, "two", in_t), 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(look(f, "one", in_s), 0);
		assert_int_equal(look(f, "TWO", in_t), 0);
	}
	close_all(f);
	open_all(f);
	assert_int_equal(look(f, "one", in_s), 0);
	assert_int_equal(look(f, "two", in_t), 0);
	/* Each of them may change, also into what another one says, and back. */
	assert_int_equal(look(f, "one", in_u), 1);
	assert_int_equal(look(f, "two", in_t), 0);
	assert_int_equal(look(f, "two", in_u), 0);
	assert_int_equal(look(f, "two", in_t), 1);
	assert_int_equal(look(f, "one", in_u), 0);
	assert_int_equal(look(f, "one", in_s), 1);
	assert_int_equal(look(f, "one", in_u), 1);
	assert_int_equal(look(f, "two", in_t), 0);
	/* A third one as well. */
	assert_int_equal(look(f, "three", in_s), 1);
	assert_int_equal(look(f, "one", in_u), 0);
	assert_int_equal(look(f, "two", in_t), 0);
	assert_int_equal(look(f, "three", in_s), 0);
}

static void
two_threats_that_agreed_may_part(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(look(f, "one", in_s), 1);
	assert_int_equal(look(f, "two", in_s), 0);
	assert_int_equal(look(f, "one", in_t), 1);
	assert_int_equal(look(f, "two", in_s), 0);
	assert_int_equal(look(f, "one", in_t), 0);
	assert_int_equal(look(f, "two", in_t), 0);
	assert_int_equal(look(f, "two", in_s), 1);
}

static bool
has_news(struct fixture *f, const char *threat, const char *status)
{
	char text[200];
	struct err err;
	struct doc *doc;
	bool has;

	(void)snprintf(text, sizeof(text),
	    "{\"messages\":[{\"abxMessageIdStr\":\"1\","
	    "\"recipientAddress\":\"a\",\"remediationStatus\":\"%s\"}]}",
	    status);
	doc = decode(f->decoder, text_of(text), &err);
	has = take_has_news(&f->taker, doc_root(doc), text_of(threat));
	doc_free(doc);
	return has;
}

static void
what_two_threats_go_on_saying_is_no_news(void **state)
{
	struct fixture *f = *state;

	(void)look(f, "one", in_s);
	assert_true(has_news(f, "two", "T"));
	(void)look(f, "two", in_t);
	assert_false(has_news(f, "one", "S"));
	assert_false(has_news(f, "two", "T"));
	assert_true(has_news(f, "two", "U"));
	/* A replay gives both, and leaves them known. */
	f->taker.again_to_ms = 2000;
	assert_int_equal(look(f, "one", in_s), 1);
	assert_int_equal(look(f, "two", in_t), 1);
	f->taker.again_to_ms = 0;
	assert_int_equal(look(f, "one", in_s), 0);
	assert_int_equal(look(f, "two", in_t), 0);
}

/* Each of the rows that lie beside each other for a message. */
static void
pruning_spares_what_two_threats_still_say(void **state)
{
	static const int64_t day_ms = INT64_C(24) * 3600 * 1000;
	struct fixture *f = *state;
	struct err err;

	(void)look(f, "one", in_s);
	(void)look(f, "two", in_t);
	for (int64_t day = 1; day < 200; day += 20) {
		(void)page_of(f, "two", day * day_ms, in_t, NULL);
		(void)page_of(f, "one", day * day_ms, in_s, NULL);
		commit(f);
	}
	while (ledger_prune(f->spool, 100 * day_ms, 100, &err) == 1)
		;
	assert_int_equal(look(f, "one", in_s), 0);
	assert_int_equal(look(f, "two", in_t), 0);
}

static void
what_two_threats_lack_is_told_once(void **state)
{
	static const char links[] =
	    "{\"links\":[{\"abxMessageIdStr\":\"1\",\"domainLink\":\"x\"}]}";
	struct fixture *f = *state;
	struct err err;
	struct doc *doc = decode(f->decoder, text_of(links), &err);
	struct entries *entries =
	    entries_new(val_member(doc_root(doc), "links"));

	f->taker.addition = ADDITION_OWED;
	assert_int_equal(look(f, "one", in_s), 1);
	assert_int_equal(look(f, "two", in_s), 0);
	assert_int_equal(look(f, "two", in_t), 1);
	assert_int_equal(look(f, "one", in_s), 0);
	f->taker.addition = ADDITION_HERE;
	f->taker.context.entries[1] = entries;
	assert_int_equal(look(f, "one", in_s), 1);
	assert_int_equal(look(f, "two", in_t), 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(look(f, "one", in_s), 0);
		assert_int_equal(look(f, "two", in_t), 0);
	}
	entries_free(entries);
	doc_free(doc);
}

#define TIME "'receivedTime':'2026-03-01T10:00:00Z',"
#define R(time, status)                                                    \
	"{'messages':[{'abxMessageIdStr':'1','recipientAddress':'a'," time \
	"'remediationStatus':'" status "'}]}"

static void
a_time_of_receipt_that_comes_later_makes_no_other_message(void **state)
{
	static const char without[] = R("", "S");
	static const char with[] = R(TIME, "S"), changed[] = R(TIME, "T");
	struct fixture *f = *state;

	assert_int_equal(look(f, "t", without), 1);
	assert_int_equal(look(f, "t", with), 0);
	assert_int_equal(look(f, "t", with), 0);
	assert_int_equal(page(f, changed, NULL).updates, 1);
	commit(f);
	assert_int_equal(look(f, "t", changed), 0);
	/* Nor does it when another threat shows it. */
	assert_int_equal(look(f, "two", with), 1);
	assert_int_equal(look(f, "t", changed), 0);
	assert_int_equal(look(f, "two", with), 0);
}

static void
a_time_of_receipt_that_is_corrected_makes_no_other_message(void **state)
{
	static const char at[] =
	    R("'receivedTime':'2026-03-01T10:59:59Z',", "S");
	static const char later[] =
	    R("'receivedTime':'2026-03-01T11:00:01Z',", "S");
	static const char changed[] =
	    R("'receivedTime':'2026-03-01T11:00:01Z',", "T");
	struct fixture *f = *state;

	assert_int_equal(look(f, "t", at), 1);
	assert_int_equal(look(f, "t", later), 0);
	assert_int_equal(look(f, "t", at), 0);
	assert_int_equal(page(f, changed, NULL).updates, 1);
	commit(f);
	assert_int_equal(look(f, "t", later), 1);
	assert_int_equal(look(f, "t", at), 0);
}

/* Without ids of their own, only their times tell two messages apart. */
static void
two_messages_without_an_id_may_be_an_hour_apart(void **state)
{
	static const char one[] =
	    "{'messages':[{'recipientAddress':'a','remediationStatus':'S',"
	    "'receivedTime':'2026-03-01T10:30:00Z'}]}";
	static const char two[] =
	    "{'messages':[{'recipientAddress':'a','remediationStatus':'S',"
	    "'receivedTime':'2026-03-01T11:30:00Z'}]}";
	struct fixture *f = *state;

	assert_int_equal(look(f, "t", one), 1);
	assert_int_equal(look(f, "t", two), 1);
	assert_int_equal(look(f, "t", one), 0);
	assert_int_equal(look(f, "t", two), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(two_threats_that_disagree_are_told_once),
	    TEST(two_threats_that_agreed_may_part),
	    TEST(what_two_threats_go_on_saying_is_no_news),
	    TEST(pruning_spares_what_two_threats_still_say),
	    TEST(what_two_threats_lack_is_told_once),
	    TEST(a_time_of_receipt_that_comes_later_makes_no_other_message),
	    TEST(a_time_of_receipt_that_is_corrected_makes_no_other_message),
	    TEST(two_messages_without_an_id_may_be_an_hour_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
