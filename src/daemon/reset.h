/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefd --spool-reset: the way out when the spool cannot be opened.
 */
#ifndef CEFD_DAEMON_RESET_H
#define CEFD_DAEMON_RESET_H

struct conf;

/* Set the spool of that configuration aside, and tell what that means. Returns
 * the exit status. */
int reset_spool(const char *config);

/* There was no spool: log what that means. */
void reset_tell_new(const struct conf *conf);

#endif
