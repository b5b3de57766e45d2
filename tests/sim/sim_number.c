/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers, strictly: digits and nothing else.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim_number.h"

int
sim_range_parse(const char *text, uint64_t *ret_min, uint64_t *ret_max)
{
	char first[24];
	const char *dash;
	uint64_t min;
	uint64_t max;

	dash = strchr(text, '-');
	if (dash == NULL)
		dash = text + strlen(text);
	if ((size_t)(dash - text) >= sizeof(first))
		return -1;
	memcpy(first, text, (size_t)(dash - text));
	first[dash - text] = '\0';
	if (sim_uint_parse(first, &min) == -1 ||
	    sim_uint_parse(*dash ? dash + 1 : first, &max) == -1)
		return -1;
	if (min < 1 || max < min || max > 1000000)
		return -1;
	*ret_min = min;
	*ret_max = max;
	return 0;
}

int
sim_uint_parse(const char *text, uint64_t *ret)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -1;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0')
		return -1;
	*ret = value;
	return 0;
}
