/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings, kept until all are there.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "conf/findings.h"

/* Longer findings are cut: they quote what the file holds. */
#define FINDING_MAX 1024

static void add(struct findings *findings, enum conf_severity severity,
    int line, const char *fmt, va_list ap);
static int by_line(const void *a, const void *b);

void
findings_error(struct findings *findings, int line, const char *fmt, ...)
{
	va_list ap;

	findings->errors++;
	va_start(ap, fmt);
	add(findings, CONF_ERROR, line, fmt, ap);
	va_end(ap);
}

void
findings_warning(struct findings *findings, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(findings, CONF_WARNING, line, fmt, ap);
	va_end(ap);
}

static void
add(struct findings *findings, enum conf_severity severity, int line,
    const char *fmt, va_list ap)
{
	char what[FINDING_MAX];

	(void)vsnprintf(what, sizeof(what), fmt, ap);
	findings->items = xrealloc(
	    findings->items, findings->count + 1, sizeof(*findings->items));
	findings->items[findings->count] =
	    (struct finding){.severity = severity,
	        .line = line,
	        .order = findings->count,
	        .what = xstrdup(what)};
	findings->count++;
}

void
findings_tell(
    struct findings *findings, const char *file, conf_error_fn *fn, void *arg)
{
	if (findings->count != 0)
		qsort(findings->items, findings->count,
		    sizeof(*findings->items), by_line);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];

		fn(f->severity, file, f->line, f->what, arg);
		free(f->what);
	}
	free(findings->items);
	findings->items = NULL;
	findings->count = 0;
}

/* Those without a line come last. */
static int
by_line(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->line != y->line && (x->line == 0 || y->line == 0))
		return x->line == 0 ? 1 : -1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}
