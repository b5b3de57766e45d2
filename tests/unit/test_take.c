/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each state of each message exactly once: within a page, over pages, in one
 * batch, after a commit, after a restart; and nothing for ever.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/decode.h"
#include "intake/entries.h"
#include "intake/keyset.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "intake/val.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "take_kit.h"

static void
a_state_is_taken_once(void **state)
{
	static const char first[] =
	    "{'messages':[" M("1", "a", "S") "," M("1", "b", "S") "]}";
	static const char second[] =
	    "{'messages':[" M("1", "a", "S") "," M("1", "b", "T") "]}";
	struct fixture *f = *state;
	struct taken taken = page(f, first, NULL);

	assert_int_equal(taken.records, 2);
	assert_int_equal(taken.updates, 0);
	assert_int_equal(batch_records(f->batch), 4);
	assert_int_equal(page(f, first, NULL).records, 0);
	commit(f);
	assert_int_equal(page(f, first, NULL).records, 0);
	taken = page(f, second, NULL);
	assert_int_equal(taken.records, 1);
	assert_int_equal(taken.updates, 1);
	commit(f);
	close_all(f);
	open_all(f);
	assert_int_equal(page(f, second, NULL).records, 0);
	/* Back to what it was is a change, too. */
	assert_int_equal(page(f, first, NULL).updates, 1);
	assert_int_equal(queue_next(f->outlets[0].queue), 3);
	assert_int_equal(queue_next(f->outlets[1].queue), 3);
}

static void
a_recipient_is_the_same_however_it_is_spelled(void **state)
{
	static const char odd[] = "{'messages':[" M("1", " A\\t", "S") "]}";
	static const char plain[] = "{'messages':[" M("1", "a", "S") "]}";

	assert_int_equal(page(*state, plain, NULL).records, 1);
	assert_int_equal(page(*state, odd, NULL).records, 0);
}

/* As the API's recipientCount does, on whichever page they are. */
static void
recipients_are_counted_apart_from_messages(void **state)
{
	static const char first[] = "{'messages':[" M("1", "a", "S") "," M(
	    "2", "a", "S") "," M("3", "b", "S") "]}";
	static const char second[] = "{'messages':[" M(
	    "4", "B", "S") ",{'abxMessageIdStr':'5'},{'abxMessageIdStr':'6'}]}";
	struct fixture *f = *state;
	struct keyset seen = {0}, recipients = {0};

	f->recipients = &recipients;
	(void)page(f, first, &seen);
	assert_int_equal(seen.count, 3);
	assert_int_equal(recipients.count, 2);
	(void)page(f, second, &seen);
	assert_int_equal(seen.count, 6);
	/* Whose it is those without one do not say: somebody's each. */
	assert_int_equal(recipients.count, 4);
	keyset_clear(&seen);
	keyset_clear(&recipients);
}

static void
a_destination_is_spared_what_it_filters(void **state)
{
	static const char json[] = "{'messages':[" M(
	    "1", "a@b.example", "S") "," M("2", "a@c.example", "S") "]}";
	const char *domains[] = {"c.example"};
	struct fixture *f = *state;

	f->outlets[1].filter.domains =
	    (struct conf_strings){(char **)domains, 1};
	assert_int_equal(page(f, json, NULL).records, 2);
	commit(f);
	assert_int_equal(queue_next(f->outlets[0].queue), 2);
	assert_int_equal(queue_next(f->outlets[1].queue), 1);
	/* It is taken, whoever wanted it. */
	assert_int_equal(page(f, json, NULL).records, 0);
}

/* One way to one destination beside the usual way to both. */
static struct taken
again_to(struct fixture *f, unsigned outlet, const char *json)
{
	struct taken taken;

	f->taker.again_to_ms = 2000;
	f->taker.is_partial = true;
	f->taker.outlets = &f->outlets[outlet];
	f->taker.outlet_count = 1;
	taken = page(f, json, NULL);
	f->taker.again_to_ms = 0;
	f->taker.is_partial = false;
	f->taker.outlets = f->outlets;
	f->taker.outlet_count = 2;
	commit(f);
	return taken;
}

static struct taken
again(struct fixture *f, const char *json)
{
	return again_to(f, 0, json);
}

static void
usually(struct fixture *f, const char *json)
{
	(void)page(f, json, NULL);
	commit(f);
}

static void
assert_has(struct fixture *f, unsigned one, unsigned two)
{
	assert_int_equal(queue_next(f->outlets[0].queue), one);
	assert_int_equal(queue_next(f->outlets[1].queue), two);
}

static const char in_s[] = "{'messages':[" M("1", "a", "S") "]}";
static const char in_t[] = "{'messages':[" M("1", "a", "T") "]}";
static const char in_u[] = "{'messages':[" M("1", "a", "U") "]}";

static void
what_a_replay_gave_to_some_comes_to_the_others_only(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(again(f, in_s).records, 1);
	assert_has(f, 1, 0);
	close_all(f);
	open_all(f);
	usually(f, in_s);
	assert_has(f, 1, 1);
	usually(f, in_t);
	assert_has(f, 2, 2);
	/* Back to what it was: it is forgotten who had it first. */
	usually(f, in_s);
	assert_has(f, 3, 3);
	(void)again(f, in_s);
	assert_has(f, 4, 3);
}

static void
what_changes_after_a_replay_comes_to_all(void **state)
{
	struct fixture *f = *state;

	usually(f, in_s);
	(void)again(f, in_t);
	assert_has(f, 2, 1);
	usually(f, in_u);
	assert_has(f, 3, 2);
	/* Who alone was told of a state is told that it is over. */
	(void)again(f, in_t);
	usually(f, in_u);
	assert_has(f, 5, 2);
	usually(f, in_u);
	assert_has(f, 5, 2);
}

static void
a_replay_leaves_what_came_as_usual_since_it_began(void **state)
{
	struct fixture *f = *state;

	usually(f, in_s);
	f->outlets[0].is_replayed = true;
	f->outlets[0].replayed_from = queue_next(f->outlets[0].queue);
	usually(f, in_t);
	(void)again(f, in_t);
	assert_has(f, 2, 2);
	/* Nor is one on the way that is older than that. */
	(void)again(f, in_s);
	assert_has(f, 2, 2);
	/* The next one gives it. */
	f->outlets[0].replayed_from = queue_next(f->outlets[0].queue);
	(void)again(f, in_t);
	assert_has(f, 3, 2);
}

static void
a_past_that_is_broken_off_does_not_begin_anew(void **state)
{
	static const char other[] = "{'messages':[" M("2", "a", "S") "]}";
	struct fixture *f = *state;

	usually(f, in_s);
	f->outlets[0].lacks_past = f->outlets[0].is_replayed = true;
	(void)again(f, in_s);
	assert_has(f, 2, 1);
	close_all(f);
	open_all(f);
	f->outlets[0].lacks_past = f->outlets[0].is_replayed = true;
	f->outlets[0].replayed_from = 0;
	(void)again(f, in_s);
	assert_has(f, 2, 1);
	/* What the usual way does not know yet it has as well. */
	(void)again(f, other);
	(void)again(f, other);
	assert_has(f, 3, 1);
	/* Another one of that name has nothing. */
	f->outlets[0].id = 77;
	(void)again(f, in_s);
	assert_has(f, 4, 1);
}

static void
a_replay_while_the_past_is_waited_for_repeats_nothing_of_its_time(void **state)
{
	static const char other[] = "{'messages':[" M("2", "a", "S") "]}";
	struct fixture *f = *state;
	struct outlet *outlet = &f->outlets[0];

	usually(f, in_s);
	usually(f, other);
	outlet->lacks_past = true;
	usually(f, in_t);
	assert_has(f, 3, 3);
	outlet->is_replayed = true;
	outlet->replayed_from = queue_next(outlet->queue);
	usually(f, in_u);
	(void)again(f, in_u);
	assert_has(f, 4, 4);
	(void)again(f, other);
	assert_has(f, 5, 4);
	/* Nor does the past. */
	outlet->replayed_from = 0;
	(void)again(f, in_u);
	(void)again(f, other);
	assert_has(f, 5, 4);
}

static void
what_only_others_are_told_again_is_not_taken_for_given(void **state)
{
	struct fixture *f = *state;

	usually(f, in_s);
	f->outlets[0].lacks_past = true;
	(void)again_to(f, 1, in_t);
	usually(f, in_s);
	assert_has(f, 1, 3);
	f->outlets[0].is_replayed = true;
	(void)again(f, in_s);
	assert_has(f, 2, 3);
}

static void
what_was_not_committed_is_taken_again(void **state)
{
	static const char json[] = "{'messages':[" M("1", "a", "S") "]}";
	struct fixture *f = *state;

	assert_int_equal(page(f, json, NULL).records, 1);
	batch_reset(f->batch);
	assert_int_equal(page(f, json, NULL).records, 1);
}

static void
a_page_that_comes_again_brings_nothing_fresh(void **state)
{
	static const char json[] =
	    "{'messages':[" M("1", "a", "S") "," M("1", "a", "S") "]}";
	struct fixture *f = *state;
	struct keyset seen = {0};

	assert_int_equal(page(f, json, &seen).fresh, 1);
	assert_int_equal(page(f, json, &seen).fresh, 0);
	keyset_clear(&seen);
}

static void
sources_do_not_share_a_ledger(void **state)
{
	static const char json[] = "{'messages':[" M("1", "a", "S") "]}";
	struct fixture *f = *state;

	assert_int_equal(page(f, json, NULL).records, 1);
	f->taker.context.source_name = TEXT("other");
	assert_int_equal(page(f, json, NULL).records, 1);
}

static void
one_bad_message_does_not_stop_the_others(void **state)
{
	struct fixture *f = *state;
	struct taken taken =
	    page(f, "{'messages':[7," M("1", "a", "S") ",null]}", NULL);

	assert_int_equal(taken.records, 1);
	assert_int_equal(taken.failed, 2);
}

/* A replay was asked for: it says what it lacks each time. */
static void
a_bad_message_is_told_once(void **state)
{
	static const char one[] = "{'messages':[7," M("1", "a", "S") "]}";
	static const char two[] = "{'messages':[7,8," M("1", "a", "S") "]}";
	struct fixture *f = *state;

	assert_int_equal(page(f, one, NULL).failed, 1);
	assert_int_equal(page(f, one, NULL).failed, 0);
	commit(f);
	assert_int_equal(page(f, two, NULL).failed, 1);
	commit(f);
	close_all(f);
	open_all(f);
	assert_int_equal(page(f, two, NULL).failed, 0);
	f->taker.again_to_ms = 2000;
	assert_int_equal(page(f, two, NULL).failed, 2);
}

static void
a_record_too_long_for_one_destination_reaches_the_other(void **state)
{
	static const char json[] = "{'messages':[" M("1", "a", "S") "]}";
	struct fixture *f = *state;
	struct taken taken;

	f->outlets[0].style.max_size = 60;
	taken = page(f, json, NULL);
	assert_int_equal(taken.failed, 1);
	assert_int_equal(batch_records(f->batch), 1);
	assert_int_equal(page(f, json, NULL).failed, 0);
}

static bool
see_record(uint64_t number, const char *data, size_t len, void *arg)
{
	(void)number;
	(void)buf_put(arg, data, len);
	(void)buf_putc(arg, '\n');
	return true;
}

/* What waits in one queue, a record a line. */
static void
holds(struct fixture *f, size_t outlet, const char *want)
{
	struct buf lines;
	uint64_t next;
	struct err err;

	buf_init(&lines, 1 << 16);
	assert_int_equal(queue_read(f->outlets[outlet].queue, 0, see_record,
	                     &lines, &next, &err),
	    0);
	(void)buf_putc(&lines, '\0');
	assert_string_equal(lines.data, want);
	buf_clear(&lines);
}

static void
each_outlet_gets_its_own_format(void **state)
{
	struct fixture *f = *state;

	f->outlets[0].style.header = HEADER_NONE;
	f->outlets[1].style.header = HEADER_NONE;
	f->outlets[1].style.format = FORMAT_JSON;
	assert_int_equal(
	    page(f, "{'messages':[" M("1", "a", "S") "]}", NULL).records, 1);
	commit(f);
	holds(f, 0,
	    "CEF:0|V|P|1|other|Other|5|act=S duser=a "
	    "flexString1Label=ThreatId flexString1=t deviceExternalId=acme "
	    "externalId=1\n");
	holds(f, 1,
	    "{\"abxMessageIdStr\":\"1\",\"recipientAddress\":\"a\","
	    "\"remediationStatus\":\"S\",\"threatId\":\"t\",\"cefd\":{"
	    "\"kind\":\"threat\",\"source\":\"acme\",\"severity\":5,"
	    "\"schema\":1,\"id\":\"1\"}}\n");
}

static void
a_dry_run_moves_nothing(void **state)
{
	static const char json[] = "{'messages':[" M("1", "a", "S") "]}";
	struct fixture *f = *state;
	struct buf out;

	buf_init(&out, 10000);
	f->taker.dry = &out;
	assert_int_equal(page(f, json, NULL).records, 1);
	assert_int_equal(page(f, json, NULL).records, 0);
	assert_int_equal(batch_records(f->batch), 0);
	assert_true(out.len > 10 && out.data[out.len - 1] == '\n');
	buf_clear(&out);
}

static void
what_is_no_detail_is_refused(void **state)
{
	struct fixture *f = *state;
	struct taken taken = {0};
	struct keyset seen = {0};
	struct err err;
	struct doc *doc = decode(f->decoder, TEXT("{\"messages\":{}}"), &err);

	assert_int_equal(take_page(&f->taker, doc_root(doc), TEXT("t"), 0,
	                     &seen, &taken, &err),
	    -1);
	assert_int_equal(err.code, ERR_BAD);
	doc_free(doc);
}

static void
what_could_not_be_added_is_told_once(void **state)
{
	static const char first[] = "{'messages':[" M("1", "a", "S") "]}";
	static const char both[] =
	    "{'messages':[" M("1", "a", "S") "," M("2", "a", "S") "]}";
	static const char links[] =
	    "{\"links\":[{\"abxMessageIdStr\":\"1\",\"domainLink\":\"x\"}]}";
	struct fixture *f = *state;
	struct err err;
	struct doc *doc = decode(f->decoder, text_of(links), &err);
	struct entries *entries =
	    entries_new(val_member(doc_root(doc), "links"));

	/* JSON has nothing to tell later. */
	f->outlets[1].style.format = FORMAT_JSON;
	f->taker.addition = ADDITION_HERE;
	assert_int_equal(page(f, first, NULL).without, 0);
	commit(f);
	f->taker.addition = ADDITION_OWED;
	assert_int_equal(page(f, first, NULL).records, 0);
	assert_int_equal(
	    page(f, "{'messages':[" M("1", "a", "T") "," M("2", "a", "S") "]}",
	        NULL)
	        .without,
	    2);
	assert_int_equal(page(f, both, NULL).without, 1);
	commit(f);
	assert_int_equal(page(f, both, NULL).records, 0);
	f->taker.addition = ADDITION_HERE;
	f->taker.context.entries[1] = entries;
	/* Only the first has one. */
	assert_int_equal(page(f, both, NULL).updates, 1);
	commit(f);
	assert_int_equal(queue_next(f->outlets[0].queue), 5);
	assert_int_equal(queue_next(f->outlets[1].queue), 4);
	close_all(f);
	open_all(f);
	f->taker.addition = ADDITION_HERE;
	f->taker.context.entries[1] = entries;
	assert_int_equal(page(f, both, NULL).records, 0);
	entries_free(entries);
	doc_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_state_is_taken_once),
	    TEST(a_recipient_is_the_same_however_it_is_spelled),
	    TEST(recipients_are_counted_apart_from_messages),
	    TEST(a_destination_is_spared_what_it_filters),
	    TEST(what_a_replay_gave_to_some_comes_to_the_others_only),
	    TEST(what_changes_after_a_replay_comes_to_all),
	    TEST(a_replay_leaves_what_came_as_usual_since_it_began),
	    TEST(a_past_that_is_broken_off_does_not_begin_anew),
	    TEST(
	        a_replay_while_the_past_is_waited_for_repeats_nothing_of_its_time),
	    TEST(what_only_others_are_told_again_is_not_taken_for_given),
	    TEST(what_was_not_committed_is_taken_again),
	    TEST(a_page_that_comes_again_brings_nothing_fresh),
	    TEST(sources_do_not_share_a_ledger),
	    TEST(one_bad_message_does_not_stop_the_others),
	    TEST(a_bad_message_is_told_once),
	    TEST(a_record_too_long_for_one_destination_reaches_the_other),
	    TEST(each_outlet_gets_its_own_format),
	    TEST(a_dry_run_moves_nothing),
	    TEST(what_could_not_be_added_is_told_once),
	    TEST(what_is_no_detail_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
