/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are put together whole and written with one write(2), so that lines of
 * several processes on one stderr do not mix. What cannot be written is counted,
 * and told before the next line that can.
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "io/log.h"
#include "io/log_limit.h"
#include "io/log_line.h"
#include "io/log_out.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define FLUSH_LIMIT_MS 1000

static struct {
	enum log_format format;
	bool debug;
	bool silent;
	bool to_journal;
	int journal; /* its socket, or -1 */
	struct log_out out;
	uint64_t lost; /* lines that could not be written */
	struct log_limit limit;
} log_state = {.journal = -1};

static bool stderr_is_journal(void);
static int journal_open(void);
static void log_event(enum log_level level, const char *room, const char *fmt,
    va_list ap) __attribute__((format(printf, 3, 0)));
static void tell_swallowed(const struct log_limit_slot *slot);
static void put(const struct log_event *event);
static bool tell_lost(void);
static bool write_event(const struct log_event *event);
static int64_t clock_ms(clockid_t clock);

void
log_init(enum log_format format, bool debug)
{
	log_state.format = format;
	log_state.debug = debug;
	log_state.to_journal = stderr_is_journal();
	if (log_state.journal != -1)
		(void)close(log_state.journal);
	log_state.journal = log_state.to_journal && format == LOG_FORMAT_PLAIN
	    ? journal_open()
	    : -1;
}

void
log_never_wait(void)
{
	log_out_never_wait(&log_state.out);
}

bool
log_is_debug(void)
{
	return log_state.debug;
}

void
log_silence(void)
{
	log_state.silent = true;
}

void
log_sweep(void)
{
	log_limit_sweep(
	    &log_state.limit, clock_ms(CLOCK_MONOTONIC), false, tell_swallowed);
}

void
log_flush(void)
{
	log_out_await(FLUSH_LIMIT_MS);
	log_limit_sweep(
	    &log_state.limit, clock_ms(CLOCK_MONOTONIC), true, tell_swallowed);
}

#define DEFINE_LOG(name, level)                           \
	void name(const char *room, const char *fmt, ...) \
	{                                                 \
		va_list ap;                               \
                                                          \
		va_start(ap, fmt);                        \
		log_event(level, room, fmt, ap);          \
		va_end(ap);                               \
	}

DEFINE_LOG(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG(log_warn, LOG_LEVEL_WARN)
DEFINE_LOG(log_info, LOG_LEVEL_INFO)
DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)

/* systemd.exec(5): $JOURNAL_STREAM holds device:inode of the journal's end. */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char here[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) == -1)
		return false;
	(void)snprintf(here, sizeof(here), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, here) == 0;
}

static int
journal_open(void)
{
	const struct sockaddr_un to = {AF_UNIX, JOURNAL_SOCKET};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd != -1 &&
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)) == -1) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

static void
log_event(enum log_level level, const char *room, const char *fmt, va_list ap)
{
	struct log_event event;
	int64_t now_ms;

	if (log_state.silent || (level == LOG_LEVEL_DEBUG && !log_state.debug))
		return;
	event.level = level;
	event.room = room;
	event.time_ms = clock_ms(CLOCK_REALTIME);
	if (log_event_fill(&event, fmt, ap) == -1)
		return;
	now_ms = clock_ms(CLOCK_MONOTONIC);
	log_limit_sweep(&log_state.limit, now_ms, false, tell_swallowed);
	/* Every poll is told. */
	if (level > LOG_LEVEL_WARN ||
	    log_limit_pass(&log_state.limit, log_limit_kind(fmt, &event),
	        &event, now_ms, tell_swallowed))
		put(&event);
}

static void
tell_swallowed(const struct log_limit_slot *slot)
{
	struct log_event event = {
	    .level = slot->level,
	    .room = slot->room,
	    .time_ms = clock_ms(CLOCK_REALTIME),
	};
	int len = snprintf(event.text, sizeof(event.text),
	    "%" PRIu64 " more lines of this kind within a minute, the first: "
	    "%s",
	    slot->swallowed, slot->sample);

	event.text_len = (size_t)len;
	put(&event);
}

static void
put(const struct log_event *event)
{
	if (log_state.lost != 0 && tell_lost())
		log_state.lost = 0;
	if (log_state.lost != 0 || !write_event(event))
		log_state.lost++;
}

static bool
tell_lost(void)
{
	struct log_event event = {
	    .level = LOG_LEVEL_WARN,
	    .room = "log",
	    .time_ms = clock_ms(CLOCK_REALTIME),
	};
	int len = snprintf(event.text, sizeof(event.text),
	    "%" PRIu64 " line%s lost: the log could not be written: look "
	    "whether its disk has room, and who reads it keeps up",
	    log_state.lost, log_state.lost == 1 ? " was" : "s were");

	event.text_len = (size_t)len;
	return write_event(&event);
}

static bool
write_event(const struct log_event *event)
{
	struct buf line;
	bool written = false;

	buf_init(&line, LOG_LINE_MAX_BYTES);
	if (log_state.journal != -1) {
		log_line_journal(&line, event);
		written = send(log_state.journal, line.data, line.len,
		              MSG_NOSIGNAL) != -1;
		buf_reset(&line);
	}
	if (!written) {
		if (log_state.format == LOG_FORMAT_JSON) {
			if (log_state.to_journal)
				log_line_priority(&line, event);
			log_line_json(&line, event);
		} else {
			log_line_plain(&line, event, log_state.to_journal);
		}
		written = log_out_put(&log_state.out, line.data, line.len);
	}
	buf_clear(&line);
	return written;
}

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
