/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The option table: one row for each option of the configuration file. The
 * parser, the defaults, `cefd --print`, the sample file and the manual are all
 * made from it, so they cannot disagree.
 */
#ifndef CEFD_CONF_OPTIONS_H
#define CEFD_CONF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum option_type {
	OPTION_STRING,     /* UTF-8 without controls; bounds count octets */
	OPTION_ASCII,      /* PRINTUSASCII of RFC 5424; bounds count octets */
	OPTION_SECRET,     /* never shown */
	OPTION_PATH,       /* made absolute */
	OPTION_FILE,       /* a path that must be readable */
	OPTION_TOKEN_FILE, /* and whose content is nobody else's business */
	OPTION_PASSWORD_FILE, /* the same, and may hold blanks */
	OPTION_HOST,          /* host[:port] of an HTTPS server */
	OPTION_LISTEN,        /* host:port to listen on, "" for none */
	OPTION_PROXY,         /* URL */
	OPTION_DURATION,      /* ms */
	OPTION_SIZE,          /* octets */
	OPTION_INT,
	OPTION_BOOL,
	OPTION_WORD,         /* one of `words` */
	OPTION_TIME,         /* date or RFC 3339 time, ms since 1970 */
	OPTION_START,        /* duration or time: the two start_ fields */
	OPTION_WORDS,        /* list; the words' values are bits */
	OPTION_NAMES,        /* list of titles or "*" */
	OPTION_SERVERS,      /* list of host:port */
	OPTION_SEVERITIES,   /* list of ATTACK TYPE=0-10 */
	OPTION_TEXTS,        /* list of UTF-8 without controls */
	OPTION_DOMAINS,      /* list of domain names */
	OPTION_FINGERPRINTS, /* list of base/fingerprint.h */
};

struct option_word {
	const char *name;
	int64_t value;
};

struct option {
	const char *name;
	enum option_type type;
	size_t offset; /* of the field in the section's struct */
	size_t width;  /* of the field; 0: nothing is stored */
	int64_t min;   /* bounds of the value, both included */
	int64_t max;
	const struct option_word *words; /* ends with a NULL name */
	const char *standard; /* default, as in the file; NULL: none */
	bool required;
	const char *example; /* value in the sample file, which then sets it;
	                        NULL: it is shown as a comment */
	const char *help;
};

struct option_section {
	const char *name;
	const char *title; /* title in the sample file; NULL: takes none */
	const char *help;
	const struct option *options; /* ends with a NULL name */
};

enum option_section_index {
	SECTION_SPOOL,
	SECTION_SOURCE,
	SECTION_DESTINATION,
	SECTION_CONTROL,
	SECTION_STATUS,
	SECTION_COUNT
};

extern const struct option_section option_sections[SECTION_COUNT];

/* NULL when there is none. */
const struct option_section *option_section_find(struct text name);
const struct option *option_find(
    const struct option_section *section, struct text name);

/* Does the option take {more, than, one} value? */
bool option_is_list(const struct option *option);

#endif
