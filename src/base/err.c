/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as text and a code. The text is for an operator; the code is what the
 * caller decides by.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

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
	char context[ERR_TEXT_MAX];
	char text[ERR_TEXT_MAX];
	va_list ap;
	size_t len;
	size_t room;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	(void)vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	memcpy(text, err->text, sizeof(text));
	(void)snprintf(err->text, sizeof(err->text), "%s: ", context);
	len = strlen(err->text);
	room = sizeof(err->text) - len - 1;
	(void)memccpy(err->text + len, text, '\0', room);
	err->text[sizeof(err->text) - 1] = '\0';
	return -1;
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
