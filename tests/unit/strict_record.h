/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole record, header and body, by the strict reader of its format.
 */
#ifndef CEFD_STRICT_RECORD_H
#define CEFD_STRICT_RECORD_H

#include "strict_text.h"

enum strict_body { STRICT_CEF, STRICT_JSON, STRICT_LEEF, STRICT_SD };
#define STRICT_BODIES 4

/* A record in RFC 5424's header. 0, or -1 and a reason in `why`, which has
 * STRICT_WHY_MAX octets. */
int strict_record_check(
    enum strict_body body, const char *record, size_t len, char *why);

#endif
