/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From octets to stored records. Records that are whole in what was just read
 * are taken from there without a copy; only the piece at the end is kept until
 * the rest of it comes.
 *
 * The output has one record a line. An LF inside a record is written as #012,
 * so that a line is always one record.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink.h"
#include "sink_frame.h"

#define FRAME_MAX_BYTES (1U << 20)
#define COUNT_MAX_DIGITS 7
#define OUT_MAX_BYTES (1U << 20)

/* Lines gathered for one write(2). */
static char out_data[OUT_MAX_BYTES];
static size_t out_len;

static void
out_flush(struct sink *s)
{
	size_t done = 0;

	while (done < out_len) {
		ssize_t n = write(s->out_fd, out_data + done, out_len - done);

		if (n == -1 && errno != EINTR) {
			perror("sink: write");
			exit(1);
		}
		if (n > 0)
			done += (size_t)n;
	}
	out_len = 0;
}

static void
out_put(struct sink *s, const char *data, size_t len)
{
	if (len > sizeof(out_data) - out_len)
		out_flush(s);
	memcpy(out_data + out_len, data, len);
	out_len += len;
}

static void
store(struct sink *s, struct sink_frames *f, const char *data, size_t len)
{
	f->records++;
	s->stats.records++;
	if (s->out_fd == -1)
		return;
	for (;;) {
		const char *lf = memchr(data, '\n', len);

		if (lf == NULL)
			break;
		out_put(s, data, (size_t)(lf - data));
		out_put(s, "#012", 4);
		len -= (size_t)(lf + 1 - data);
		data = lf + 1;
	}
	out_put(s, data, len);
	out_put(s, "\n", 1);
}

/*
 * Find the frame at the front. Returns the octets it takes, 0 when it is not
 * whole yet; *ret_from and *ret_len are the record inside.
 */
static size_t
next_counted(struct sink_frames *f, const char *data, size_t len,
    size_t *ret_from, size_t *ret_len)
{
	size_t i, count = 0;

	for (i = 0; i < len && data[i] >= '0' && data[i] <= '9'; i++) {
		count = count * 10 + (size_t)(data[i] - '0');
		if (i >= COUNT_MAX_DIGITS)
			break;
	}
	if (i == len)
		return 0;
	/* RFC 5425 section 4.3: MSG-LEN = NONZERO-DIGIT *DIGIT, then SP */
	if (data[i] != ' ' || i == 0 || data[0] == '0' ||
	    count > FRAME_MAX_BYTES) {
		f->bad = true;
		return 0;
	}
	if (len - i - 1 < count)
		return 0;
	*ret_from = i + 1;
	*ret_len = count;
	return i + 1 + count;
}

static size_t
next_line(struct sink_frames *f, const char *data, size_t len, size_t *ret_from,
    size_t *ret_len)
{
	const char *lf = len != 0 ? memchr(data, '\n', len) : NULL;

	if (lf == NULL) {
		if (len > FRAME_MAX_BYTES)
			f->bad = true;
		return 0;
	}
	*ret_from = 0;
	*ret_len = (size_t)(lf - data);
	return *ret_len + 1;
}

/* Store the whole records in front; returns the octets used. */
static size_t
take_whole(struct sink *s, struct sink_frames *f, const char *data, size_t len,
    uint64_t limit)
{
	size_t used = 0, from = 0, rec = 0;

	while (f->records < limit && !f->bad) {
		size_t n = s->options.lf
		    ? next_line(f, data + used, len - used, &from, &rec)
		    : next_counted(f, data + used, len - used, &from, &rec);

		if (n == 0)
			break;
		store(s, f, data + used + from, rec);
		used += n;
	}
	if (f->bad)
		s->stats.bad_frames++;
	return used;
}

static void
keep(struct sink_frames *f, const char *data, size_t len)
{
	if (len > f->cap - f->len) {
		f->cap = (f->len + len) * 2;
		f->data = realloc(f->data, f->cap);
		if (f->data == NULL)
			abort();
	}
	memcpy(f->data + f->len, data, len);
	f->len += len;
}

void
sink_frames_take(struct sink *s, struct sink_frames *f, const char *data,
    size_t len, uint64_t limit)
{
	size_t used;

	if (f->bad || f->records >= limit)
		return;
	s->stats.bytes += len;
	s->dirty = true;
	if (f->len != 0) {
		keep(f, data, len);
		used = take_whole(s, f, f->data, f->len, limit);
		memmove(f->data, f->data + used, f->len - used);
		f->len -= used;
	} else {
		used = take_whole(s, f, data, len, limit);
		if (used < len)
			keep(f, data + used, len - used);
	}
	if (s->out_fd != -1)
		out_flush(s);
}

void
sink_frames_end(struct sink *s, struct sink_frames *f)
{
	if (f->len != 0 && !f->bad)
		s->stats.torn++;
	free(f->data);
	*f = (struct sink_frames){0};
}
