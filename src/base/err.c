/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as text and a code. The text is for an operator; the code is what the
 * caller decides by.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

static void append(char text[ERR_TEXT_MAX], size_t *len, const char *s);

int
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	if (err == NULL)
		return -1;
	/* Through a copy: an argument may be the old text of *err. */
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = code;
	memcpy(err->text, text, sizeof(text));
	return -1;
}

int
err_wrap(struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;
	size_t len;
	int printed;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	printed = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	len = printed < 0 ? 0 : (size_t)printed;
	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	append(text, &len, ": ");
	append(text, &len, err->text);
	memcpy(err->text, text, len + 1);
	return -1;
}

enum err_code
err_code_of_errno(int error)
{
	if (error == EACCES || error == EPERM || error == EROFS)
		return ERR_DENIED;
	return error == ENOSPC || error == EDQUOT ? ERR_FULL : ERR_IO;
}

const char *
err_code_str(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return "none";
	case ERR_AGAIN:
		return "again";
	case ERR_BAD:
		return "bad";
	case ERR_FULL:
		return "full";
	case ERR_DENIED:
		return "denied";
	case ERR_IO:
		return "io";
	case ERR_CORRUPT:
		return "corrupt";
	}
	return "unknown";
}

/* Put as much of `s` as there is room for, and the final NUL. */
static void
append(char text[ERR_TEXT_MAX], size_t *len, const char *s)
{
	size_t more = strnlen(s, ERR_TEXT_MAX - 1 - *len);

	memcpy(text + *len, s, more);
	*len += more;
	text[*len] = '\0';
}
