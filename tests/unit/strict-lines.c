/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strict-lines [--cef|--sd] [--pairs]: reads records from stdin, one a line,
 * with the strict parsers: RFC 5424 with CEF in it, the CEF alone, or with an
 * element of structured data. Prints the externalId of each, or all its pairs,
 * as KEY=HEX; says what is wrong with the others and exits with 1.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strict_cef.h"
#include "strict_rfc5424.h"

static bool pairs;

static void
print_pair(const struct strict_text *key, const struct strict_text *value)
{
	if (!pairs && strcmp(key->ptr, "externalId") == 0)
		(void)printf("%s", value->ptr);
	if (!pairs)
		return;
	(void)printf("%s=", key->ptr);
	for (size_t i = 0; i < value->len; i++)
		(void)printf("%02x", (unsigned char)value->ptr[i]);
	(void)putchar(' ');
}

static int
check_cef(const char *line, size_t len, size_t number)
{
	struct strict_cef cef;
	int rc = strict_cef_parse(&cef, line, len);

	if (rc == -1)
		(void)fprintf(
		    stderr, "strict-lines: %zu: CEF: %s\n", number, cef.why);
	for (size_t i = 0; rc == 0 && i < cef.count; i++)
		print_pair(&cef.pairs[i].key, &cef.pairs[i].value);
	if (rc == 0)
		(void)putchar('\n');
	strict_cef_clear(&cef);
	return rc;
}

static void
print_sd(const struct strict_rfc5424 *record)
{
	for (size_t i = 0; i < record->param_count; i++)
		print_pair(&record->params[i].name, &record->params[i].value);
	(void)putchar('\n');
}

static int
check(const char *line, size_t len, size_t number, bool sd)
{
	struct strict_rfc5424 record;
	int rc = strict_rfc5424_parse(&record, line, len);

	if (rc == -1)
		(void)fprintf(stderr, "strict-lines: %zu: RFC 5424: %s\n",
		    number, record.why);
	else if (sd)
		print_sd(&record);
	else
		rc = check_cef(record.msg.ptr, record.msg.len, number);
	strict_rfc5424_clear(&record);
	return rc;
}

static int
check_record(const char *line, size_t len, size_t number)
{
	return check(line, len, number, false);
}

static int
check_sd(const char *line, size_t len, size_t number)
{
	return check(line, len, number, true);
}

int
main(int argc, char **argv)
{
	int (*read)(const char *, size_t, size_t) = check_record;
	size_t number = 0;
	size_t cap = 0;
	char *line = NULL;
	int status = 0;
	ssize_t len;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--cef") == 0) {
			read = check_cef;
		} else if (strcmp(argv[i], "--sd") == 0) {
			read = check_sd;
		} else if (strcmp(argv[i], "--pairs") == 0) {
			pairs = true;
		} else {
			(void)fprintf(stderr,
			    "usage: strict-lines "
			    "[--cef|--sd] [--pairs] <lines\n");
			return 64;
		}
	}
	for (;;) {
		len = getline(&line, &cap, stdin);
		if (len == -1)
			break;
		number++;
		if (len != 0 && line[len - 1] == '\n')
			len--;
		if (read(line, (size_t)len, number) == -1)
			status = 1;
	}
	free(line);
	return status;
}
