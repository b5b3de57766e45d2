/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CEFD_DAEMON_HARDEN_H
#define CEFD_DAEMON_HARDEN_H

/*
 * Make the process one that keeps secrets and says why it dies. Once, before
 * the spool is opened.
 */
void harden(void);

/* Where the spool is, for what is said then. */
void harden_spool(const char *path);

#endif
