/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A destination that is tried without a daemon, with what the daemon itself
 * uses.
 */
#ifndef CEFD_CTL_ALONE_H
#define CEFD_CTL_ALONE_H

#include "base/step_line.h"

struct conf_destination;

/*
 * Walk to it and send it one marked record; lines go to stdout. The exit
 * status. In *ret_untrusted, unless NULL, the fingerprint that
 * inspect_untrusted() tells, for free(), or NULL.
 */
int alone_test(const struct conf_destination *conf, char **ret_untrusted);

/* The last line of a test, by how it went with the record. */
void alone_sum_up(const char *name, enum step_mark record);

#endif
