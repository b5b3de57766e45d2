/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "conf/shown.h"

/* The longest name and most values are shorter, tokens are longer. */
#define SHORT_MAX 30
#define BEGIN 8

struct shown
shown(struct text value)
{
	bool is_address = memchr(value.ptr, '.', value.len) != NULL ||
	    memchr(value.ptr, ':', value.len) != NULL ||
	    memchr(value.ptr, '/', value.len) != NULL;
	bool is_web_token = value.len > 3 && memcmp(value.ptr, "eyJ", 3) == 0;

	if (value.len <= SHORT_MAX || (is_address && !is_web_token))
		return (struct shown){(int)value.len, value.ptr, ""};
	return (struct shown){BEGIN, value.ptr, "..."};
}
