/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody meant who has mistyped an option.
 */
#ifndef CEFD_CONF_NEAREST_H
#define CEFD_CONF_NEAREST_H

#include "base/text.h"

struct option_section;

/* The option of the section whose name is two letters away at the most, the
 * nearest; NULL when none is. */
const char *nearest_option(
    const struct option_section *section, struct text name);

#endif
