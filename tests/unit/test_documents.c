/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents out of a stream: "|" joins what comes out, "!" is a broken one.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "ctl/documents.h"

static int
file_of(const char *text, size_t len)
{
	int fd = memfd_create("documents", MFD_CLOEXEC);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
cut(const char *text, const char *want)
{
	int fd = file_of(text, strlen(text));
	enum document_result result;
	struct documents d;
	struct text document;
	struct err err;
	struct buf got;
	uint64_t line;

	documents_init(&d, fd);
	buf_init(&got, 10000);
	while ((result = documents_next(&d, &document, &line, &err)) !=
	    DOCUMENT_END) {
		assert_int_not_equal(result, DOCUMENT_FAILED);
		(void)buf_printf(&got, "%d:", (int)line);
		if (result == DOCUMENT_READ)
			(void)buf_put_text(&got, document);
		else
			(void)buf_putc(&got, '!');
		(void)buf_putc(&got, '|');
	}
	(void)buf_putc(&got, '\0');
	assert_string_equal(got.data, want);
	buf_clear(&got);
	documents_clear(&d);
	(void)close(fd);
}

static void
one_a_file_one_a_line_or_one_after_the_other(void **state)
{
	(void)state;
	cut("", "");
	cut(" \r\n\t", "");
	cut("{}", "1:{}|");
	cut("{\"a\":\n{\"b\": [1, {}\n]}}\n",
	    "1:{\"a\":\n{\"b\": [1, {}\n]}}|");
	cut("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}",
	    "1:{\"a\":1}|2:{\"a\":2}|4:{\"a\":3}|");
	cut("{}{} [[]]", "1:{}|1:{}|1:[[]]|");
	cut("\xef\xbb\xbf{}", "1:{}|");
}

static void
brackets_in_strings_do_not_count(void **state)
{
	(void)state;
	cut("{\"}\":\"{[\\\"}\\\\\"}\n{}", "1:{\"}\":\"{[\\\"}\\\\\"}|2:{}|");
}

static void
a_torn_line_costs_only_itself(void **state)
{
	(void)state;
	cut("{\"a\":1\n{\"b\":2}\n", "1:!|2:{\"b\":2}|");
	cut("{\"a\":\"x\n{\"b\":2,\"c\":\"}\"}\n",
	    "1:!|2:{\"b\":2,\"c\":\"}\"}|");
	cut("{\"a\":\"x\n{\"b\":2}\n", "1:!|2:{\"b\":2}|");
	cut("{\"a\":[1,\n{\"b\":2}\n{\"c\":3}\n",
	    "1:!|2:{\"b\":2}|3:{\"c\":3}|");
	cut("{\"a\":[\n{\"b\":2}\n", "1:!|2:{\"b\":2}|");
	cut("{\"a\":1]\n{\"b\":2}", "1:!|2:{\"b\":2}|");
	cut("{\"a\":", "1:!|");
}

static void
what_is_no_document_is_told_once(void **state)
{
	(void)state;
	cut("<html>\n<p>{no}\n</html>\n{}\n", "1:!|4:{}|");
	cut("{}, {}\n", "1:{}|1:!|");
}

static void
too_deep_is_broken(void **state)
{
	char text[400];

	(void)state;
	memset(text, '[', 200);
	memset(text + 200, ']', 200);
	text[199] = '\0';
	cut(text, "1:!|");
}

static void
a_document_may_be_larger_than_a_read(void **state)
{
	static char text[1000001];
	struct documents d;
	struct text document;
	struct err err;
	uint64_t line;
	int fd;

	(void)state;
	memset(text, ' ', sizeof(text));
	text[0] = '{';
	text[sizeof(text) - 3] = '}';
	text[sizeof(text) - 2] = '{';
	text[sizeof(text) - 1] = '}';
	fd = file_of(text, sizeof(text));
	documents_init(&d, fd);
	assert_int_equal(
	    documents_next(&d, &document, &line, &err), DOCUMENT_READ);
	assert_int_equal(document.len, sizeof(text) - 2);
	assert_int_equal(
	    documents_next(&d, &document, &line, &err), DOCUMENT_READ);
	assert_int_equal(document.len, 2);
	assert_int_equal(
	    documents_next(&d, &document, &line, &err), DOCUMENT_END);
	documents_clear(&d);
	(void)close(fd);
}

static void
too_long_a_document_is_told_and_left(void **state)
{
	static char blanks[1 << 20];
	int fd = file_of("{", 1);
	struct documents d;
	struct text document;
	struct err err;
	uint64_t line;

	(void)state;
	memset(blanks, ' ', sizeof(blanks));
	assert_int_equal(lseek(fd, 0, SEEK_END), 1);
	for (int i = 0; i < 65; i++)
		assert_int_equal(
		    write(fd, blanks, sizeof(blanks)), sizeof(blanks));
	assert_int_equal(write(fd, "\n{}\n", 4), 4);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	documents_init(&d, fd);
	assert_int_equal(
	    documents_next(&d, &document, &line, &err), DOCUMENT_BAD);
	assert_non_null(strstr(err.text, "longer than 67108864 octets"));
	assert_int_equal(
	    documents_next(&d, &document, &line, &err), DOCUMENT_READ);
	assert_int_equal(document.len, 2);
	assert_int_equal(line, 2);
	documents_clear(&d);
	(void)close(fd);
}

static void
a_file_that_cannot_be_read_ends(void **state)
{
	struct documents d;
	struct text document;
	struct err err;
	uint64_t line;

	(void)state;
	documents_init(&d, -1);
	assert_int_equal(
	    documents_next(&d, &document, &line, &err), DOCUMENT_FAILED);
	documents_clear(&d);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_a_file_one_a_line_or_one_after_the_other),
	    cmocka_unit_test(brackets_in_strings_do_not_count),
	    cmocka_unit_test(a_torn_line_costs_only_itself),
	    cmocka_unit_test(what_is_no_document_is_told_once),
	    cmocka_unit_test(too_deep_is_broken),
	    cmocka_unit_test(a_document_may_be_larger_than_a_read),
	    cmocka_unit_test(too_long_a_document_is_told_and_left),
	    cmocka_unit_test(a_file_that_cannot_be_read_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
