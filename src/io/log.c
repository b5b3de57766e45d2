/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are put together whole and written with one write(2), so that lines of
 * several processes on one stderr do not mix.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "io/log.h"

#define LINE_MAX_BYTES 8192

static const struct {
	const char *word;
	int priority; /* sd-daemon(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARN] = {"warning", 4},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

static enum log_format log_format;
static bool log_debug_on;
static bool log_to_journal;

static bool stderr_is_journal(void);
static void write_line(enum log_level level, const char *room, const char *fmt,
    va_list ap) __attribute__((format(printf, 3, 0)));
static void put_plain(
    struct buf *line, enum log_level level, const char *room, struct text t);
static void put_json(
    struct buf *line, enum log_level level, const char *room, struct text t);
static void put_escaped(struct buf *line, struct text t, bool json);

void
log_init(enum log_format format, bool debug)
{
	log_format = format;
	log_debug_on = debug;
	log_to_journal = stderr_is_journal();
}

bool
log_is_debug(void)
{
	return log_debug_on;
}

#define DEFINE_LOG(name, level)                           \
	void name(const char *room, const char *fmt, ...) \
	{                                                 \
		va_list ap;                               \
                                                          \
		va_start(ap, fmt);                        \
		write_line(level, room, fmt, ap);         \
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

static void
write_line(enum log_level level, const char *room, const char *fmt, va_list ap)
{
	char text[4096];
	struct buf line;
	ssize_t written;
	int len;

	if (level == LOG_LEVEL_DEBUG && !log_debug_on)
		return;
	len = vsnprintf(text, sizeof(text), fmt, ap);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	buf_init(&line, LINE_MAX_BYTES);
	if (log_format == LOG_FORMAT_JSON)
		put_json(&line, level, room, (struct text){text, (size_t)len});
	else
		put_plain(&line, level, room, (struct text){text, (size_t)len});
	/* A log that cannot be written has nowhere to be told. */
	written = write(STDERR_FILENO, line.data, line.len);
	(void)written;
	buf_clear(&line);
}

static void
put_time(struct buf *line)
{
	char out[RFC3339_MS_LEN + 1];
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	rfc3339_ms(out, (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
	(void)buf_puts(line, out);
}

static void
put_plain(
    struct buf *line, enum log_level level, const char *room, struct text t)
{
	if (log_to_journal) {
		(void)buf_printf(
		    line, "<%d>%s: ", levels[level].priority, room);
	} else {
		put_time(line);
		(void)buf_printf(line, " %s %s: ", levels[level].word, room);
	}
	put_escaped(line, t, false);
	(void)buf_putc(line, '\n');
}

static void
put_json(
    struct buf *line, enum log_level level, const char *room, struct text t)
{
	(void)buf_puts(line, "{\"time\":\"");
	put_time(line);
	(void)buf_printf(line,
	    "\",\"level\":\"%s\",\"room\":\"%s\",\"message\":\"",
	    levels[level].word, room);
	put_escaped(line, t, true);
	(void)buf_puts(line, "\"}\n");
}

/* Text from outside may try to forge lines or to move a terminal's cursor. */
static void
put_escaped(struct buf *line, struct text t, bool json)
{
	const char *hex = json ? "\\u00" : "\\x";
	uint32_t c;
	size_t n;

	/* Room for the ends of the line. */
	while (t.len > 0 && line->len < LINE_MAX_BYTES - 64) {
		n = utf8_decode(t, &c);
		if (c == UTF8_INVALID || utf8_is_hostile(c)) {
			for (size_t i = 0; i < n; i++)
				(void)buf_printf(line, "%s%02x", hex,
				    (unsigned char)t.ptr[i]);
		} else {
			if (json && (c == '"' || c == '\\'))
				(void)buf_putc(line, '\\');
			(void)buf_put(line, t.ptr, n);
		}
		t.ptr += n;
		t.len -= n;
	}
}
