/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's own log, on stderr: one line an event, "room: sentence
 * key=value", for an operator. Control octets and invalid UTF-8 from outside
 * are escaped on the way out. Secrets are never handed to it.
 *
 * "key=" in a format makes a field of what follows it, in JSON and in the
 * journal, and so does "destination "%s"" that it begins with. Of one kind of
 * warning or error 30 a minute are written; how many more there were is told
 * when the minute is over. Its format makes a kind, with the source, stream or
 * destination that it names; each finding of a configuration is one.
 */
#ifndef CEFD_IO_LOG_H
#define CEFD_IO_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};
enum log_format { LOG_FORMAT_PLAIN, LOG_FORMAT_JSON };

/*
 * Plain is the start. When stderr is the journal ($JOURNAL_STREAM), plain
 * events go to its socket with their fields, or, where there is no such
 * socket, to stderr with an sd-daemon(3) priority instead of a time. JSON goes
 * to stderr, with such a priority in front, which the journal takes off.
 */
void log_init(enum log_format format, bool debug);
bool log_is_debug(void);

/*
 * For a daemon: never wait for whoever reads the log. A line for which there is
 * no room is lost, and how many were is told when there is room again.
 */
void log_never_wait(void);

/* Write nothing any more: for a program that tells it in its own way. */
void log_silence(void);

/* Now and then: tell what the limit has swallowed in a minute that is over. The
 * next line would; there may be none for long. */
void log_sweep(void);

/* Before the end: tell what the limit has swallowed so far. A reader who is slow
 * has a second to make room. */
void log_flush(void);

void log_error(const char *room, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *room, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *room, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_debug(const char *room, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
