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
#include "conf/section_source.h"
#include "conf/transport.h"

enum conf_confirm { CONFIRM_AUTO, CONFIRM_CLOSE };

struct conf_destination {
	char *name;
	struct conf_strings servers; /* host:port, [v6]:port */
	char *path;                  /* of TRANSPORT_FILE, or NULL */
	enum conf_transport transport;
	enum conf_framing framing;
	struct conf_strings sources; /* names, or "*" */
	/* what of them; an empty list asks for nothing */
	int min_severity; /* CEF, 0-10 */
	struct conf_strings attack_types;
	struct conf_strings statuses;
	struct conf_strings recipient_domains;
	int64_t start_ago_ms; /* one that is new gets what is so old, */
	int64_t start_ms;     /* or what came since then if not 0 */
	bool enabled;
	unsigned rate;        /* records a second; 0: no limit */
	int64_t heartbeat_ms; /* from one heartbeat to the next; 0: none */
	int64_t failback_ms;  /* the first server is tried again; 0: never */
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
	char *ca_file;           /* or NULL: the system's */
	char *crl_file;          /* or NULL */
	char *cert_file;         /* or NULL */
	char *key_file;          /* or NULL */
	char *key_password_file; /* or NULL */
	unsigned verify;         /* enum tls_verify */
	struct conf_strings fingerprints;
	char *server_name; /* name to check and to send as SNI; NULL: host */
	int tls_min;       /* 0x0303 TLS 1.2, 0x0304 TLS 1.3 */
};

#endif
