/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is it well? With a daemon, or without.
 */
#ifndef CEFD_CTL_EXAMINE_H
#define CEFD_CTL_EXAMINE_H

struct conf;
struct conf_source;
struct ctl;

/* A sentence (ctl/sentences.h). */
int ctl_test(const struct ctl *ctl);

/* Without one: walk to the source `only`, or with NULL to all; lines go to
 * stdout. The exit status. */
int examine_source(struct conf *conf, const struct conf_source *only);

#endif
