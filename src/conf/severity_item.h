/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An item of a source's `severity`: "ATTACK TYPE=0" to "ATTACK TYPE=10".
 */
#ifndef CEFD_CONF_SEVERITY_ITEM_H
#define CEFD_CONF_SEVERITY_ITEM_H

#include "base/text.h"

/* Take it apart; 0, or -1 when it is no such thing. The type is part of it. */
int severity_item_parse(
    struct text item, struct text *ret_type, int *ret_severity);

#endif
