/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fingerprints as RFC 5425 section 4.2.2 writes them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fingerprint.h"

/* The RFC's own example. */
#define SHA1 "sha-1:E1:2D:53:2B:7C:6B:8A:29:A2:76:C8:64:36:0B:08:4B:7A:F1:9E:9D"
#define SHA256                                                    \
	"sha-256:00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F" \
	":F0:F1:F2:F3:F4:F5:F6:F7:F8:F9:FA:FB:FC:FD:FE:FF"

static void
what_is_read_is_written_again(void **state)
{
	static const char *const texts[] = {SHA1, SHA256};
	char text[FINGERPRINT_TEXT_MAX];
	struct fingerprint f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_null(fingerprint_parse(text_of(texts[i]), &f));
		fingerprint_put(&f, text);
		assert_string_equal(text, texts[i]);
	}
	assert_int_equal(f.hash, FINGERPRINT_SHA256);
	assert_int_equal(f.octets[31], 0xff);
}

static void
lower_case_is_the_same(void **state)
{
	struct fingerprint a, b;

	(void)state;
	assert_null(fingerprint_parse(text_of(SHA1), &a));
	assert_null(fingerprint_parse(
	    TEXT("SHA-1:e1:2d:53:2b:7c:6b:8a:29:a2:76:c8:64:36:0b:08:4b:7a:f1"
	         ":9e:9d"),
	    &b));
	assert_true(fingerprint_eq(&a, &b));
	b.octets[19] ^= 1;
	assert_false(fingerprint_eq(&a, &b));
}

static void
anything_else_is_told_apart(void **state)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
	    {"", "begins with"},
	    {"E1:2D:53", "begins with"},
	    {"md5:E1:2D", "begins with"},
	    {"sha-512:E1:2D", "begins with"},
	    {"sha-1", "begins with"},
	    {"sha-1:", "20 octets"},
	    {"sha-256:E1:2D", "32 octets"},
	    {SHA1 ":AA", "20 octets"},
	    {"sha-1:E1-2D:53:2B:7C:6B:8A:29:A2:76:C8:64:36:0B:08:4B:7A:F1:9E"
	     ":9D",
	        "colon"},
	    {"sha-1:G1:2D:53:2B:7C:6B:8A:29:A2:76:C8:64:36:0B:08:4B:7A:F1:9E"
	     ":9D",
	        "hexadecimal"},
	};
	struct fingerprint f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *fault = fingerprint_parse(text_of(bad[i].text), &f);

		assert_non_null(fault);
		assert_non_null(strstr(fault, bad[i].words));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_read_is_written_again),
	    cmocka_unit_test(lower_case_is_the_same),
	    cmocka_unit_test(anything_else_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
