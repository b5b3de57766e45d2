/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of syslog records that follows the grammar of RFC 5424, section 6,
 * to the letter. MSG must be UTF-8; a BOM in front of it is told.
 */
#ifndef CEFD_STRICT_RFC5424_H
#define CEFD_STRICT_RFC5424_H

#include "strict_text.h"

#define STRICT_SD_PARAMS_MAX 64

struct strict_sd_param {
	struct strict_text id;    /* of its element */
	struct strict_text name;  /* empty: an element without parameters */
	struct strict_text value; /* without escapes */
};

struct strict_rfc5424 {
	int facility;
	int severity;
	struct strict_text timestamp; /* "-" where there is none; so also: */
	struct strict_text hostname;
	struct strict_text app_name;
	struct strict_text procid;
	struct strict_text msgid;
	struct strict_sd_param params[STRICT_SD_PARAMS_MAX];
	size_t param_count;
	bool has_bom;
	struct strict_text msg;   /* without the BOM */
	char why[STRICT_WHY_MAX]; /* what is wrong, after -1 */
};

/* Read one record without framing. Returns 0, or -1 and a reason in ret->why.
 * strict_rfc5424_clear in both cases. */
int strict_rfc5424_parse(
    struct strict_rfc5424 *ret, const void *record, size_t len);
void strict_rfc5424_clear(struct strict_rfc5424 *record);

/* The value of a parameter, or NULL. */
const struct strict_text *strict_rfc5424_param(
    const struct strict_rfc5424 *record, const char *id, const char *name);

#endif
