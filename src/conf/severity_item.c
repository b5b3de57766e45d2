/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The number stands behind the last "=": an attack type may hold one.
 */
#include "config.h"

#include "conf/severity_item.h"

int
severity_item_parse(struct text item, struct text *ret_type, int *ret_severity)
{
	const char *mark =
	    item.len > 0 ? memrchr(item.ptr, '=', item.len) : NULL;
	struct text type, number;

	if (mark == NULL)
		return -1;
	type = text_trim((struct text){item.ptr, (size_t)(mark - item.ptr)});
	number = text_trim(
	    (struct text){mark + 1, (size_t)(item.ptr + item.len - mark - 1)});
	if (text_is_empty(type))
		return -1;
	if (text_eq(number, TEXT("10")))
		*ret_severity = 10;
	else if (number.len == 1 && number.ptr[0] >= '0' &&
	    number.ptr[0] <= '9')
		*ret_severity = number.ptr[0] - '0';
	else
		return -1;
	*ret_type = type;
	return 0;
}
