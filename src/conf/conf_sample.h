/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the option table says for people: the sample file and the options of
 * cefd.conf(5).
 */
#ifndef CEFD_CONF_CONF_SAMPLE_H
#define CEFD_CONF_CONF_SAMPLE_H

#include <stdio.h>

/* etc/cefd.conf */
void conf_sample(FILE *out);

/* The option lists of the manual page, in mdoc(7) macros. */
void conf_manual(FILE *out);

#endif
