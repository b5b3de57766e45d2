/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RELP without a network: frames as they must look, what is taken for one and
 * what never, and which replies confirm what.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "deliver/relp.h"
#include "deliver/relp_window.h"

#define SPEC_REPLY                                                  \
	"200 OK\nrelp_version=0\n"                                  \
	"relp_software=librelp,1.11.0,http://librelp.adiscon.com\n" \
	"commands=syslog"

static enum relp_status
parse(const char *in, struct relp_frame *ret)
{
	return relp_parse(text_of(in), ret, NULL);
}

static void
a_frame_is_what_the_protocol_says(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 200);
	assert_int_equal(relp_put(&out, 999999999, "syslog", "a\nb", 3), 0);
	assert_int_equal(relp_put(&out, 1, "close", "", 0), 0);
	assert_true(text_eq((struct text){out.data, out.len},
	    TEXT("999999999 syslog 3 a\nb\n1 close 0\n")));
	assert_int_equal(relp_put(&out, 1, "syslog", "x", 200), -1);
	assert_int_equal(out.len, 33);
	buf_clear(&out);
}

static void
frames_are_read_at_any_cut(void **state)
{
	static const char in[] = "12 rsp 6 200 OK\n0 serverclose 0\n";
	struct relp_frame frame;

	(void)state;
	for (size_t len = 0; len < 16; len++)
		assert_int_equal(
		    relp_parse((struct text){in, len}, &frame, NULL),
		    RELP_MORE);
	assert_int_equal(parse(in, &frame), RELP_FRAME);
	assert_int_equal(frame.txnr, 12);
	assert_true(text_eq(frame.command, TEXT("rsp")));
	assert_true(text_eq(frame.data, TEXT("200 OK")));
	assert_int_equal(frame.size, 16);
	assert_int_equal(parse(in + 16, &frame), RELP_FRAME);
	assert_int_equal(frame.txnr, 0);
	assert_int_equal(frame.data.len, 0);
	assert_int_equal(frame.size, 16);
}

/* A reader with a buffer of the ceiling never waits with a full one. */
static void
the_longest_frame_is_within_the_ceiling(void **state)
{
	static const char head[] =
	    "999999999 abcdefghijklmnopqrstuvwxyzabcdef 4096 ";
	char in[sizeof(head) + RELP_DATA_MAX];
	struct relp_frame frame;

	(void)state;
	memset(in, 'x', sizeof(in));
	memcpy(in, head, sizeof(head) - 1);
	in[sizeof(in) - 1] = '\n';
	assert_int_equal(
	    relp_parse((struct text){in, sizeof(in) - 1}, &frame, NULL),
	    RELP_MORE);
	assert_int_equal(
	    relp_parse((struct text){in, sizeof(in)}, &frame, NULL),
	    RELP_FRAME);
	assert_int_equal(frame.size, sizeof(in));
	assert_true(sizeof(in) <= RELP_FRAME_MAX);
}

/* None of these can become a frame, whatever follows. */
static void
what_is_no_frame_is_refused_at_once(void **state)
{
	static const char *const bad[] = {" ", "x", "-1", "01", "1x", "1\n",
	    "1234567890", "1  ", "1 R", "1 rsp\n", "1 rsp x", "1 rsp 06",
	    "1 rsp 0 ", "1 rsp 0x", "1 rsp 6\n", "1 rsp 1 xy", "1 rsp 4097 ",
	    "1 rsp 99999999999", "1 abcdefghijklmnopqrstuvwxyzabcdefg",
	    "\x16\x03\x01", "HTTP/1.1 400", "220 smtp ESMTP"};
	struct relp_frame frame = {.txnr = 7};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		if (relp_parse(text_of(bad[i]), &frame, &err) != RELP_BAD)
			fail_msg("not refused: %s", bad[i]);
		assert_non_null(strstr(err.text, "does not speak RELP"));
	}
	assert_int_equal(frame.txnr, 7);
}

static void
a_reply_has_a_code_and_words(void **state)
{
	struct relp_reply reply;
	struct err err;

	(void)state;
	assert_int_equal(relp_reply(TEXT("200 OK"), &reply, &err), 0);
	assert_int_equal(reply.code, 200);
	assert_true(text_eq(reply.words, TEXT("OK")));
	assert_int_equal(relp_reply(TEXT("500"), &reply, &err), 0);
	assert_int_equal(reply.code, 500);
	assert_int_equal(
	    relp_reply(TEXT("500 no space\nleft"), &reply, &err), 0);
	assert_true(text_eq(reply.words, TEXT("no space")));
	assert_true(text_eq(reply.rest, TEXT("left")));
	assert_int_equal(relp_reply(TEXT(""), &reply, &err), -1);
	assert_int_equal(relp_reply(TEXT("20"), &reply, &err), -1);
	assert_int_equal(relp_reply(TEXT("2000 OK"), &reply, &err), -1);
	assert_int_equal(relp_reply(TEXT("OK 200"), &reply, &err), -1);
}

static void
offers_must_suit(void **state)
{
	struct relp_reply reply;
	struct err err;

	(void)state;
	assert_int_equal(relp_reply(TEXT(SPEC_REPLY), &reply, &err), 0);
	assert_int_equal(relp_check_offers(reply.rest, &err), 0);
	assert_int_equal(
	    relp_check_offers(
	        TEXT("commands=starttls,syslog\nrelp_version=1\n"), &err),
	    0);
	assert_int_equal(
	    relp_check_offers(TEXT("relp_version=2\ncommands=syslog"), &err),
	    -1);
	assert_non_null(strstr(err.text, "\"2\""));
	assert_int_equal(
	    relp_check_offers(TEXT("relp_version=0\ncommands=xsyslog,"), &err),
	    -1);
	assert_non_null(strstr(err.text, "does not offer"));
	assert_int_equal(relp_check_offers(TEXT(""), &err), -1);
}

static void
only_records_without_a_gap_are_confirmed(void **state)
{
	struct relp_window w;

	(void)state;
	relp_window_init(&w, 4, 2);
	assert_true(relp_window_is_empty(&w));
	/* Numbers may have gaps: what was damaged was not sent. */
	assert_int_equal(relp_window_put(&w, 100), 2);
	assert_int_equal(relp_window_put(&w, 103), 3);
	assert_int_equal(relp_window_put(&w, 104), 4);
	assert_int_equal(relp_window_put(&w, 105), 5);
	assert_true(relp_window_is_full(&w));
	assert_int_equal(relp_window_acknowledge(&w, 4), 0);
	assert_int_equal(w.confirmed, 0);
	assert_true(relp_window_is_full(&w));
	assert_int_equal(relp_window_acknowledge(&w, 2), 0);
	assert_int_equal(w.confirmed, 1);
	assert_int_equal(w.confirmed_to, 101);
	assert_int_equal(relp_window_acknowledge(&w, 3), 0);
	assert_int_equal(w.confirmed, 3);
	assert_int_equal(w.confirmed_to, 105);
	assert_int_equal(relp_window_put(&w, 106), 6);
	assert_int_equal(relp_window_acknowledge(&w, 5), 0);
	assert_int_equal(relp_window_acknowledge(&w, 6), 0);
	assert_true(relp_window_is_empty(&w));
	assert_int_equal(w.confirmed_to, 107);
	relp_window_clear(&w);
}

static void
what_does_not_wait_cannot_be_acknowledged(void **state)
{
	static const uint32_t bad[] = {
	    0, 1, 2, 4, 5, 999999999, 1000000000, UINT32_MAX};
	struct relp_window w;

	(void)state;
	relp_window_init(&w, 4, 2);
	(void)relp_window_put(&w, 0);
	(void)relp_window_put(&w, 1);
	assert_int_equal(relp_window_acknowledge(&w, 2), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(relp_window_acknowledge(&w, bad[i]), -1);
	(void)relp_window_put(&w, 2);
	assert_int_equal(relp_window_acknowledge(&w, 4), 0);
	assert_int_equal(relp_window_acknowledge(&w, 4), -1);
	assert_int_equal(w.confirmed, 1);
	relp_window_clear(&w);
}

static void
transactions_begin_again_after_the_last(void **state)
{
	struct relp_window w;

	(void)state;
	assert_int_equal(relp_next_txnr(RELP_TXNR_MAX), 1);
	for (uint32_t first = RELP_TXNR_MAX - 3; first <= RELP_TXNR_MAX;
	     first++) {
		relp_window_init(&w, 3, first);
		for (uint64_t n = 0; n < 50; n++) {
			while (!relp_window_is_full(&w))
				(void)relp_window_put(&w, n + w.count);
			assert_int_equal(
			    relp_window_acknowledge(&w, w.first_txnr), 0);
			assert_in_range(w.next_txnr, 1, RELP_TXNR_MAX);
			assert_int_equal(w.confirmed, n + 1);
		}
		relp_window_clear(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_frame_is_what_the_protocol_says),
	    cmocka_unit_test(frames_are_read_at_any_cut),
	    cmocka_unit_test(the_longest_frame_is_within_the_ceiling),
	    cmocka_unit_test(what_is_no_frame_is_refused_at_once),
	    cmocka_unit_test(a_reply_has_a_code_and_words),
	    cmocka_unit_test(offers_must_suit),
	    cmocka_unit_test(only_records_without_a_gap_are_confirmed),
	    cmocka_unit_test(what_does_not_wait_cannot_be_acknowledged),
	    cmocka_unit_test(transactions_begin_again_after_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
