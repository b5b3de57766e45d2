/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings, kept until all are there.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "conf/report.h"

/* Longer findings are cut: they quote what the file holds. */
#define FINDING_MAX 1024

static void add(struct report *report, enum conf_severity severity, int line,
    const char *fmt, va_list ap);
static int by_line(const void *a, const void *b);

void
report_error(struct report *report, int line, const char *fmt, ...)
{
	va_list ap;

	report->errors++;
	va_start(ap, fmt);
	add(report, CONF_ERROR, line, fmt, ap);
	va_end(ap);
}

void
report_warning(struct report *report, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(report, CONF_WARNING, line, fmt, ap);
	va_end(ap);
}

static void
add(struct report *report, enum conf_severity severity, int line,
    const char *fmt, va_list ap)
{
	char what[FINDING_MAX];

	(void)vsnprintf(what, sizeof(what), fmt, ap);
	report->findings = xrealloc(
	    report->findings, report->count + 1, sizeof(*report->findings));
	report->findings[report->count] = (struct finding){.severity = severity,
	    .line = line,
	    .order = report->count,
	    .what = xstrdup(what)};
	report->count++;
}

void
report_tell(
    struct report *report, const char *file, conf_error_fn *fn, void *arg)
{
	if (report->count != 0)
		qsort(report->findings, report->count,
		    sizeof(*report->findings), by_line);
	for (size_t i = 0; i < report->count; i++) {
		const struct finding *f = &report->findings[i];

		fn(f->severity, file, f->line, f->what, arg);
		free(f->what);
	}
	free(report->findings);
	report->findings = NULL;
	report->count = 0;
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
