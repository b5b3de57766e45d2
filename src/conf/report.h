/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the steps of loading a configuration say what they found wrong. None
 * stops at an error; all of them are told at the end, in the order of lines.
 */
#ifndef CEFD_CONF_REPORT_H
#define CEFD_CONF_REPORT_H

#include <stddef.h>

#include "conf/conf.h"

struct finding {
	enum conf_severity severity;
	int line;
	size_t order; /* of being found, for those of one line */
	char *what;
};

struct report {
	struct finding *findings;
	size_t count;
	unsigned errors; /* so far, without warnings */
};

/* `line` 0: none. */
void report_error(struct report *report, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Tell everything to `fn` and forget it, except for the number of errors. */
void report_tell(
    struct report *report, const char *file, conf_error_fn *fn, void *arg);

#endif
