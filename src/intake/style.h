/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A destination's settings as the formatter takes them.
 */
#ifndef CEFD_INTAKE_STYLE_H
#define CEFD_INTAKE_STYLE_H

struct conf_destination;
struct style;

/* The strings stay the section's. */
void style_of(struct style *ret_style, const struct conf_destination *section);

#endif
