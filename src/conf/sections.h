/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source and a destination as the configuration describes them. Durations
 * are in ms, sizes in octets, strings owned by the configuration.
 */
#ifndef CEFD_CONF_SECTIONS_H
#define CEFD_CONF_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/record_words.h"
#include "conf/transport.h"

enum conf_confirm { CONFIRM_AUTO, CONFIRM_CLOSE };

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

struct conf_destination {
	char *name;
	struct conf_strings servers; /* host:port, [v6]:port */
	char *path;                  /* of TRANSPORT_FILE, or NULL */
	enum conf_transport transport;
	enum conf_framing framing;
	struct conf_strings sources; /* names, or "*" */
	bool enabled;
	/* the record */
	enum conf_format format;
	enum conf_header header;
	bool header_time_now;
	int facility;
	char *hostname; /* filled in with the machine's when not given */
	char *app_name;
	bool structured_data;
	unsigned enterprise_number; /* of CONF_FORMAT_SD */
	char *vendor;
	char *product;
	size_t max_size;
	/* the session */
	enum conf_confirm confirm;
	int64_t confirm_timeout_ms;
	int64_t connect_timeout_ms;
	int64_t write_timeout_ms; /* no progress for so long ends a session */
	uint64_t session_records;
	uint64_t session_bytes;
	int64_t session_time_ms;
	unsigned relp_window; /* records that wait for their reply */
	/* TLS */
	char *ca_file;     /* or NULL: the system's */
	char *cert_file;   /* or NULL */
	char *key_file;    /* or NULL */
	char *server_name; /* name to check and to send as SNI; NULL: host */
	int tls_min;       /* 0x0303 TLS 1.2, 0x0304 TLS 1.3 */
};

#endif
