/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tell the supervisor how far we are: sd_notify(3)'s protocol, one datagram.
 * Nothing is sent when $NOTIFY_SOCKET is not set.
 */
#ifndef CEFD_DAEMON_NOTIFY_H
#define CEFD_DAEMON_NOTIFY_H

/* Send assignments, one to a line: "STOPPING=1", "WATCHDOG=1". */
void notify(const char *state);

/* READY=1, with one line for people, which `systemctl status` shows. */
void notify_ready(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* RELOADING=1, with the time that Type=notify-reload compares with that of its
 * signal. READY=1 ends it. */
void notify_reloading(void);

#endif
