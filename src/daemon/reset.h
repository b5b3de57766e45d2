/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefd --spool-reset: the way out when the spool cannot be opened.
 */
#ifndef CEFD_DAEMON_RESET_H
#define CEFD_DAEMON_RESET_H

/* Set the spool of that configuration aside, and tell what that means. Returns
 * the exit status. */
int reset_spool(const char *config);

#endif
