/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing: octets are counted, not characters, and a frame is whole or not
 * there.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "deliver/frame.h"

static void
expect(enum conf_framing framing, const char *record, const char *frame)
{
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(frame_put(&out, framing, record, strlen(record)), 0);
	assert_int_equal(out.len, strlen(frame));
	if (out.len != 0)
		assert_memory_equal(out.data, frame, out.len);
	buf_clear(&out);
}

static void
counts_octets(void **state)
{
	(void)state;
	expect(FRAMING_OCTET_COUNTING, "<134>1 -", "8 <134>1 -");
	expect(FRAMING_OCTET_COUNTING, "0123456789", "10 0123456789");
	/* Five characters, eight octets. */
	expect(FRAMING_OCTET_COUNTING, "a\xc3\xa9\xe2\x82\xac!?",
	    "8 a\xc3\xa9\xe2\x82\xac!?");
}

static void
ends_lines(void **state)
{
	(void)state;
	expect(FRAMING_LF, "<134>1 -", "<134>1 -\n");
	expect(FRAMING_CRLF, "<134>1 -", "<134>1 -\r\n");
}

static void
ends_with_nul(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(frame_put(&out, FRAMING_NUL, "<134>1 -", 8), 0);
	assert_int_equal(out.len, 9);
	assert_memory_equal(out.data, "<134>1 -", 9);
	buf_clear(&out);
}

/* MSG-LEN begins with a digit other than 0 (RFC 5425 section 4.3). */
static void
no_frame_of_length_zero(void **state)
{
	(void)state;
	expect(FRAMING_OCTET_COUNTING, "", "");
}

static void
never_half_a_frame(void **state)
{
	char record[100];
	struct buf out;

	(void)state;
	memset(record, 'x', sizeof(record));
	buf_init(&out, 100);
	assert_int_equal(frame_put(&out, FRAMING_LF, "first", 5), 0);
	assert_int_equal(
	    frame_put(&out, FRAMING_LF, record, sizeof(record)), -1);
	assert_int_equal(
	    frame_put(&out, FRAMING_OCTET_COUNTING, record, sizeof(record)),
	    -1);
	assert_int_equal(out.len, 6);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_octets),
	    cmocka_unit_test(ends_lines),
	    cmocka_unit_test(ends_with_nul),
	    cmocka_unit_test(no_frame_of_length_zero),
	    cmocka_unit_test(never_half_a_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
