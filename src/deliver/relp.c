/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RELP's frames. What comes from the server is read with a ceiling for each of
 * its parts, and what cannot become a frame any more is told at once: waiting
 * for the rest of it would be waiting for ever.
 */
#include "config.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "deliver/relp.h"

/* Where in the frame the parser is. */
struct cursor {
	struct text in;
	size_t at;
};

static enum relp_status take_number(struct cursor *cursor, uint32_t *ret);
static enum relp_status take_command(struct cursor *cursor, struct text *ret);
static enum relp_status take_octet(struct cursor *cursor, char octet);
static enum relp_status take_data(
    struct cursor *cursor, size_t len, struct text *ret);
static enum relp_status parse(struct cursor *cursor, struct relp_frame *frame);
static struct text take_line(struct text *rest);
static bool take_value(struct text line, const char *name, struct text *ret);
static bool lists(struct text list, struct text word);

const char relp_offers[] = "relp_version=0\n"
                           "relp_software=cefd," PACKAGE_VERSION "\n"
                           "commands=syslog";

int
relp_put(struct buf *out, uint32_t txnr, const char *command, const char *data,
    size_t len)
{
	/* All or nothing: half a frame would swallow the next record. */
	if (buf_reserve(out, len + RELP_EXTRA_MAX) == -1)
		return -1;
	(void)buf_put_int(out, (int64_t)txnr);
	(void)buf_putc(out, ' ');
	(void)buf_puts(out, command);
	(void)buf_putc(out, ' ');
	(void)buf_put_int(out, (int64_t)len);
	if (len != 0) {
		(void)buf_putc(out, ' ');
		(void)buf_put(out, data, len);
	}
	return buf_putc(out, '\n');
}

enum relp_status
relp_parse(struct text in, struct relp_frame *ret, struct err *err)
{
	struct cursor cursor = {in, 0};
	struct relp_frame frame = {0};
	enum relp_status status = parse(&cursor, &frame);

	if (status == RELP_BAD)
		(void)err_set(err, ERR_BAD,
		    "the server does not speak RELP (octet %zu of a frame)",
		    cursor.at + 1);
	if (status != RELP_FRAME)
		return status;
	frame.size = cursor.at;
	*ret = frame;
	return RELP_FRAME;
}

int
relp_reply(struct text data, struct relp_reply *ret, struct err *err)
{
	struct text rest = data;
	struct text line = take_line(&rest);
	unsigned code = 0;

	for (size_t i = 0; i < 3; i++) {
		if (i >= line.len || line.ptr[i] < '0' || line.ptr[i] > '9')
			return err_set(err, ERR_BAD,
			    "the server's RELP reply has no code");
		code = code * 10 + (unsigned)(line.ptr[i] - '0');
	}
	if (line.len > 3 && line.ptr[3] != ' ')
		return err_set(
		    err, ERR_BAD, "the server's RELP reply has a bad code");
	ret->code = code;
	ret->words = text_trim((struct text){line.ptr + 3, line.len - 3});
	ret->rest = rest;
	return 0;
}

int
relp_check_offers(struct text rest, struct err *err)
{
	struct text version = TEXT("");
	struct text commands = TEXT("");

	while (!text_is_empty(rest)) {
		struct text line = take_line(&rest);

		if (!take_value(line, "relp_version=", &version))
			(void)take_value(line, "commands=", &commands);
	}
	if (!text_eq(version, TEXT("0")) && !text_eq(version, TEXT("1")))
		return err_set(err, ERR_BAD,
		    "the server speaks RELP \"%.*s\", not 0 or 1",
		    (int)(version.len < 20 ? version.len : 20), version.ptr);
	if (!lists(commands, TEXT("syslog")))
		return err_set(err, ERR_BAD,
		    "the server does not offer RELP's command \"syslog\"");
	return 0;
}

uint32_t
relp_next_txnr(uint32_t txnr)
{
	return txnr == RELP_TXNR_MAX ? 1 : txnr + 1;
}

static enum relp_status
parse(struct cursor *cursor, struct relp_frame *frame)
{
	uint32_t len;
	enum relp_status status = take_number(cursor, &frame->txnr);

	if (status == RELP_FRAME)
		status = take_octet(cursor, ' ');
	if (status == RELP_FRAME)
		status = take_command(cursor, &frame->command);
	if (status == RELP_FRAME)
		status = take_octet(cursor, ' ');
	if (status == RELP_FRAME)
		status = take_number(cursor, &len);
	if (status == RELP_FRAME && len > RELP_DATA_MAX)
		status = RELP_BAD;
	if (status == RELP_FRAME && len != 0)
		status = take_octet(cursor, ' ');
	if (status == RELP_FRAME)
		status = take_data(cursor, len, &frame->data);
	if (status == RELP_FRAME)
		status = take_octet(cursor, '\n');
	return status;
}

/* A decimal number, without zeros in front; what follows it is there. */
static enum relp_status
take_number(struct cursor *cursor, uint32_t *ret)
{
	size_t begin = cursor->at;
	uint32_t number = 0;

	for (; cursor->at < cursor->in.len; cursor->at++) {
		char c = cursor->in.ptr[cursor->at];
		size_t digits = cursor->at - begin;

		if (c < '0' || c > '9') {
			*ret = number;
			return digits == 0 ? RELP_BAD : RELP_FRAME;
		}
		if (digits == RELP_DIGITS_MAX || (digits > 0 && number == 0))
			return RELP_BAD;
		number = number * 10 + (uint32_t)(c - '0');
	}
	return RELP_MORE;
}

static enum relp_status
take_command(struct cursor *cursor, struct text *ret)
{
	size_t begin = cursor->at;

	for (; cursor->at < cursor->in.len; cursor->at++) {
		char c = cursor->in.ptr[cursor->at];
		size_t len = cursor->at - begin;

		if (c < 'a' || c > 'z') {
			*ret = (struct text){cursor->in.ptr + begin, len};
			return len == 0 ? RELP_BAD : RELP_FRAME;
		}
		if (len == RELP_COMMAND_MAX)
			return RELP_BAD;
	}
	return RELP_MORE;
}

static enum relp_status
take_octet(struct cursor *cursor, char octet)
{
	if (cursor->at == cursor->in.len)
		return RELP_MORE;
	if (cursor->in.ptr[cursor->at] != octet)
		return RELP_BAD;
	cursor->at++;
	return RELP_FRAME;
}

static enum relp_status
take_data(struct cursor *cursor, size_t len, struct text *ret)
{
	if (cursor->in.len - cursor->at < len)
		return RELP_MORE;
	*ret = (struct text){cursor->in.ptr + cursor->at, len};
	cursor->at += len;
	return RELP_FRAME;
}

static struct text
take_line(struct text *rest)
{
	const char *end =
	    rest->len != 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
	struct text line = *rest;

	if (end == NULL) {
		*rest = TEXT("");
		return line;
	}
	line.len = (size_t)(end - line.ptr);
	rest->ptr = end + 1;
	rest->len -= line.len + 1;
	return line;
}

static bool
take_value(struct text line, const char *name, struct text *ret)
{
	size_t len = strlen(name);

	if (line.len < len || memcmp(line.ptr, name, len) != 0)
		return false;
	*ret = (struct text){line.ptr + len, line.len - len};
	return true;
}

/* Words with commas between them. */
static bool
lists(struct text list, struct text word)
{
	size_t begin = 0;

	for (size_t i = 0; i <= list.len; i++) {
		if (i < list.len && list.ptr[i] != ',')
			continue;
		if (text_eq((struct text){list.ptr + begin, i - begin}, word))
			return true;
		begin = i + 1;
	}
	return false;
}
