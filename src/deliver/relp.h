/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RELP, the reliable event logging protocol, version 0 as rsyslog speaks it:
 * the frames of a client, and the strict reading of a server's.
 *
 *   TXNR SP COMMAND SP DATALEN [SP DATA] LF
 */
#ifndef CEFD_DELIVER_RELP_H
#define CEFD_DELIVER_RELP_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct buf;
struct err;

/* Transactions are numbered from 1, and from 1 again after this. */
#define RELP_TXNR_MAX 999999999U
/* Octets that a frame adds to its data, with a command of ours. */
#define RELP_EXTRA_MAX 28
/* Octets of a server's data; its offers are a hundred or so. */
#define RELP_DATA_MAX 4096
/* Of a server's frame: digits of a number, letters of a command. */
#define RELP_DIGITS_MAX 9
#define RELP_COMMAND_MAX 32
/* Octets of a server's whole frame: two numbers, and four octets between. */
#define RELP_FRAME_MAX \
	(2 * RELP_DIGITS_MAX + RELP_COMMAND_MAX + RELP_DATA_MAX + 4)

enum relp_status {
	RELP_FRAME, /* *ret is filled */
	RELP_MORE,  /* it may become one */
	RELP_BAD,   /* it is none: *err */
};

struct relp_frame {
	uint32_t txnr; /* 0: a hint that belongs to none of ours */
	struct text command;
	struct text data;
	size_t size; /* octets of it all */
};

/* What a server says to a command. */
struct relp_reply {
	unsigned code; /* 200, 500 */
	struct text words;
	struct text rest; /* the lines after the first */
};

/* Append a frame. 0, or -1 when it is over the ceiling. */
int relp_put(struct buf *out, uint32_t txnr, const char *command,
    const char *data, size_t len);

/* Our offers, the data of "open". */
extern const char relp_offers[];

/* Look at the beginning of `in`: with RELP_FRAME_MAX octets it is never
 * RELP_MORE. The texts point into it. */
enum relp_status relp_parse(
    struct text in, struct relp_frame *ret, struct err *err);

/* Take the data of "rsp" apart. 0, or -1 when it is no reply. */
int relp_reply(struct text data, struct relp_reply *ret, struct err *err);

/* Can we work with the server's offers, the rest of its reply to "open"? */
int relp_check_offers(struct text rest, struct err *err);

uint32_t relp_next_txnr(uint32_t txnr);

#endif
