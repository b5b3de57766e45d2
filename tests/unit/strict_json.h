/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of RFC 8259 to the letter, for one object on one line: no blank
 * between its parts, UTF-8 throughout, no lone surrogate in an escape, and
 * nothing that any reader might take for the end of a line.
 */
#ifndef CEFD_STRICT_JSON_H
#define CEFD_STRICT_JSON_H

#include "strict_text.h"

/* Is it such an object, with a last member "cefd"? 0, or -1 and a reason in
 * `why`, which has STRICT_WHY_MAX octets. */
int strict_json_check(const void *line, size_t len, char *why);

#endif
