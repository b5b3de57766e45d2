/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing. The same record always gives the same octets, so a session that is
 * sent again is the same on the wire.
 */
#include "config.h"

#include "base/buf.h"
#include "deliver/frame.h"

static int put_counted(struct buf *out, const char *data, size_t len);
static int put_ended(
    struct buf *out, const char *data, size_t len, struct text end);

int
frame_put(
    struct buf *out, enum conf_framing framing, const char *data, size_t len)
{
	/* All or nothing: half a frame would swallow the next record. */
	if (buf_reserve(out, len + FRAME_EXTRA_MAX) == -1)
		return -1;
	switch (framing) {
	case FRAMING_OCTET_COUNTING:
		return put_counted(out, data, len);
	case FRAMING_LF:
		return put_ended(out, data, len, TEXT("\n"));
	case FRAMING_CRLF:
		return put_ended(out, data, len, TEXT("\r\n"));
	case FRAMING_NUL:
		return put_ended(out, data, len, (struct text){"", 1});
	}
	return -1;
}

char
frame_last_octet(enum conf_framing framing)
{
	switch (framing) {
	case FRAMING_OCTET_COUNTING:
	case FRAMING_LF:
	case FRAMING_CRLF:
		break;
	case FRAMING_NUL:
		return '\0';
	}
	return '\n';
}

/*
 * RFC 6587 section 3.4.1, RFC 5425 section 4.3: MSG-LEN SP SYSLOG-MSG, where
 * MSG-LEN begins with a digit other than 0. An empty record has no frame.
 */
static int
put_counted(struct buf *out, const char *data, size_t len)
{
	if (len == 0)
		return 0;
	(void)buf_put_int(out, (int64_t)len);
	(void)buf_putc(out, ' ');
	return buf_put(out, data, len);
}

/* RFC 6587 section 3.4.2. The formatter leaves no CR, LF or NUL in a record. */
static int
put_ended(struct buf *out, const char *data, size_t len, struct text end)
{
	(void)buf_put(out, data, len);
	return buf_put_text(out, end);
}
