/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the steps of loading a configuration say what they found wrong. None
 * stops at an error; all of them are told at the end, in the order of lines.
 */
#ifndef CEFD_CONF_FINDINGS_H
#define CEFD_CONF_FINDINGS_H

#include <stddef.h>

#include "conf/conf.h"

struct finding {
	enum conf_severity severity;
	int line;
	size_t order; /* of being found, for those of one line */
	char *what;
};

struct findings {
	struct finding *items;
	size_t count;
	unsigned errors; /* so far, without warnings */
};

/* `line` 0: none. */
void findings_error(struct findings *findings, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void findings_warning(struct findings *findings, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Tell everything to `fn` and forget it, except for the number of errors. */
void findings_tell(
    struct findings *findings, const char *file, conf_error_fn *fn, void *arg);

#endif
