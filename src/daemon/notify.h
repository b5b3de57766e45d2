/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tell the supervisor how far we are: sd_notify(3)'s protocol, one datagram.
 */
#ifndef CEFD_DAEMON_NOTIFY_H
#define CEFD_DAEMON_NOTIFY_H

/* Send e.g. "READY=1" to $NOTIFY_SOCKET; nothing when there is none. */
void notify(const char *state);

#endif
