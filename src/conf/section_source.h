/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source as the configuration describes it; see conf/sections.h.
 */
#ifndef CEFD_CONF_SECTION_SOURCE_H
#define CEFD_CONF_SECTION_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Streams, as bits of conf_source.streams. */
#define STREAM_THREATS (1U << 0)
#define STREAM_CASES (1U << 1)
#define STREAM_VENDOR_CASES (1U << 2)
#define STREAM_ABUSE_CAMPAIGNS (1U << 3)
#define STREAM_ABUSE_NOT_ANALYZED (1U << 4)
#define STREAM_AUDIT (1U << 5)

/* What is asked besides a threat's detail, as bits of conf_source.enrich. */
#define ENRICH_ATTACHMENTS (1U << 0)
#define ENRICH_LINKS (1U << 1)

/* Which of what was missed comes first, after an outage. */
enum conf_catch_up { CATCH_UP_OLDEST_FIRST, CATCH_UP_NEWEST_FIRST };

struct conf_strings {
	char **items;
	size_t count;
};

struct conf_source {
	char *name;
	char *host;       /* host[:port], without scheme and path */
	char *token_file; /* or NULL */
	char *token;      /* inline, secret, or NULL */
	int64_t poll_interval_ms;
	bool enabled;
	unsigned streams;
	unsigned enrich;
	enum conf_catch_up catch_up;
	int64_t start_ago_ms; /* first poll goes back so far, */
	int64_t start_ms;     /* or to this time if not 0 */
	int64_t overlap_ms;
	int64_t recheck_ms; /* what was sent is looked at again for so long */
	int64_t lag_ms;
	unsigned requests_per_minute; /* 0: no limit */
	unsigned max_in_flight;
	unsigned page_size;
	int64_t timeout_ms;
	int64_t token_expires_ms;       /* since 1970; 0: not given */
	char *ca_file;                  /* or NULL */
	char *proxy;                    /* or NULL */
	struct conf_strings severities; /* ATTACK TYPE=0-10 */
};

#endif
