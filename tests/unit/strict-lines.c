/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strict-lines [--cef]: reads records from stdin, one a line, with the strict
 * parsers, RFC 5424 with CEF in it or the CEF alone. Prints the externalId of
 * each; says what is wrong with the others and exits with 1.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strict_cef.h"
#include "strict_rfc5424.h"

static int
check_cef(const char *line, size_t len, size_t number)
{
	struct strict_cef cef;
	int rc = strict_cef_parse(&cef, line, len);

	if (rc == -1)
		(void)fprintf(
		    stderr, "strict-lines: %zu: CEF: %s\n", number, cef.why);
	else
		(void)printf("%s\n", strict_cef_get(&cef, "externalId")->ptr);
	strict_cef_clear(&cef);
	return rc;
}

static int
check_record(const char *line, size_t len, size_t number)
{
	struct strict_rfc5424 record;
	int rc = strict_rfc5424_parse(&record, line, len);

	if (rc == -1)
		(void)fprintf(stderr, "strict-lines: %zu: RFC 5424: %s\n",
		    number, record.why);
	else
		rc = check_cef(record.msg.ptr, record.msg.len, number);
	strict_rfc5424_clear(&record);
	return rc;
}

int
main(int argc, char **argv)
{
	int (*check)(const char *, size_t, size_t) = check_record;
	size_t number = 0;
	size_t cap = 0;
	char *line = NULL;
	int status = 0;
	ssize_t len;

	if (argc == 2 && strcmp(argv[1], "--cef") == 0) {
		check = check_cef;
	} else if (argc != 1) {
		(void)fprintf(stderr, "usage: strict-lines [--cef] <lines\n");
		return 64;
	}
	for (;;) {
		len = getline(&line, &cap, stdin);
		if (len == -1)
			break;
		number++;
		if (len != 0 && line[len - 1] == '\n')
			len--;
		if (check(line, (size_t)len, number) == -1)
			status = 1;
	}
	free(line);
	return status;
}
