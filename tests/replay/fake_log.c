/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All of io/log.h: silent, or lines on stdout with the tests' own time.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/rfc3339.h"
#include "fake_clock.h"
#include "io/log.h"

static bool loud;

static void put(const char *level, const char *room, const char *fmt,
    va_list args) __attribute__((format(printf, 3, 0)));

void
log_init(enum log_format format, bool debug)
{
	(void)format;
	loud = debug;
}

void
log_never_wait(void)
{
}

bool
log_is_debug(void)
{
	return loud;
}

void
log_error(const char *room, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put("error", room, fmt, args);
	va_end(args);
}

void
log_warn(const char *room, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put("warn", room, fmt, args);
	va_end(args);
}

void
log_info(const char *room, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put("info", room, fmt, args);
	va_end(args);
}

void
log_debug(const char *room, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put("debug", room, fmt, args);
	va_end(args);
}

static void
put(const char *level, const char *room, const char *fmt, va_list args)
{
	char stamp[RFC3339_MS_LEN + 1];

	if (!loud)
		return;
	rfc3339_ms(stamp, fake_clock_used()->now_ms);
	(void)printf("%s %s %s: ", stamp, level, room);
	(void)vprintf(fmt, args);
	(void)putchar('\n');
}
