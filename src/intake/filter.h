/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which records a destination wants. Pure.
 */
#ifndef CEFD_INTAKE_FILTER_H
#define CEFD_INTAKE_FILTER_H

#include <stdbool.h>

#include "conf/sections.h"

struct event;

/* An empty list asks for nothing. Its strings are borrowed. */
struct filter {
	int min_severity;
	struct conf_strings attack_types; /* of threats, in any case */
	struct conf_strings statuses;     /* of remediation, in any case */
	struct conf_strings domains;      /* of recipients, and those below */
};

void filter_of(
    struct filter *ret_filter, const struct conf_destination *section);

/*
 * A record that has no such thing as a filter looks at passes that filter, and
 * notices of our own pass them all: better too much than lost in silence.
 */
bool filter_passes(const struct filter *filter, const struct event *event);

#endif
