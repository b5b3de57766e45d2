/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a destination wants its records: what they are written as, what stands
 * before each and what tells them apart.
 */
#ifndef CEFD_CONF_RECORD_WORDS_H
#define CEFD_CONF_RECORD_WORDS_H

enum conf_format {
	CONF_FORMAT_CEF,
	CONF_FORMAT_JSON,
	CONF_FORMAT_LEEF,
	CONF_FORMAT_SD
};

enum conf_header { CONF_HEADER_RFC5424, CONF_HEADER_RFC3164, CONF_HEADER_NONE };

enum conf_framing {
	FRAMING_OCTET_COUNTING,
	FRAMING_LF,
	FRAMING_CRLF,
	FRAMING_NUL
};

#endif
