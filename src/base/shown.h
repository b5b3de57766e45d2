/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an error message shows of a value that is at fault. It may be a token
 * that was put in the wrong place, and messages go to the log and to other
 * people.
 */
#ifndef CEFD_CONF_SHOWN_H
#define CEFD_CONF_SHOWN_H

#include "base/text.h"

/* For "%.*s%s". */
struct shown {
	int len;
	const char *ptr;  /* of the value */
	const char *dots; /* that something is left out, or "" */
};

/* All of what is short, or has the marks of an address or a path and does not
 * begin as a JSON web token does; of the rest how it begins. */
struct shown shown(struct text value);

#endif
