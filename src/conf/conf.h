/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as the program uses it: every value parsed, checked and
 * with its default filled in. Immutable once loaded, and shared: whoever holds
 * on to it takes a reference.
 */
#ifndef CEFD_CONF_CONF_H
#define CEFD_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum conf_transport { TRANSPORT_TLS, TRANSPORT_TCP };
enum conf_framing { FRAMING_OCTET_COUNTING, FRAMING_LF };
enum conf_confirm { CONFIRM_AUTO, CONFIRM_CLOSE };
enum conf_header { CONF_HEADER_RFC5424, CONF_HEADER_RFC3164, CONF_HEADER_NONE };

/* Streams, as bits of conf_source.streams. */
#define STREAM_THREATS (1U << 0)

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
	int64_t start_ago_ms; /* first poll goes back so far, */
	int64_t start_ms;     /* or to this time if not 0 */
	int64_t overlap_ms;
	int64_t lag_ms;
	unsigned requests_per_minute; /* 0: no limit */
	unsigned max_in_flight;
	unsigned page_size;
	int64_t timeout_ms;
	int64_t token_expires_ms; /* since 1970; 0: not given */
	char *ca_file;            /* or NULL */
	char *proxy;              /* or NULL */
};

struct conf_destination {
	char *name;
	struct conf_strings servers; /* host:port, [v6]:port */
	enum conf_transport transport;
	enum conf_framing framing;
	struct conf_strings sources; /* names, or "*" */
	bool enabled;
	/* the record */
	enum conf_header header;
	bool header_time_now;
	int facility;
	char *hostname; /* filled in with the machine's when not given */
	char *app_name;
	bool structured_data;
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
	/* TLS */
	char *ca_file;     /* or NULL: the system's */
	char *cert_file;   /* or NULL */
	char *key_file;    /* or NULL */
	char *server_name; /* name to check and to send as SNI; NULL: host */
	int tls_min;       /* 0x0303 TLS 1.2, 0x0304 TLS 1.3 */
};

struct conf {
	unsigned refs;
	char *spool_path;
	uint64_t spool_quota; /* octets */
	struct conf_source *sources;
	size_t source_count;
	struct conf_destination *destinations;
	size_t destination_count;
	char *control_socket;
	char *status_listen; /* host:port, or NULL: off */
};

/* A warning does not keep the configuration from being used. */
enum conf_severity { CONF_ERROR, CONF_WARNING };

/* Called once for each thing found wrong; `line` 0 when it has none. */
typedef void conf_error_fn(enum conf_severity severity, const char *file,
    int line, const char *what, void *arg);

/*
 * Read and check the file and open everything it names. Every error found is
 * told to `fn`. Returns a configuration with one reference, or NULL.
 */
struct conf *conf_load(const char *file, conf_error_fn *fn, void *arg);

/* The same without opening the files it names: for programs that want to know
 * what it says and may not be allowed to read the tokens. */
struct conf *conf_peek(const char *file, conf_error_fn *fn, void *arg);

/* No source, and one destination without servers with all the defaults. */
struct conf *conf_defaults(void);

struct conf *conf_ref(struct conf *conf);
void conf_unref(struct conf *conf);

/* Write the effective configuration as a file that conf_load reads; secrets
 * are hidden. */
void conf_print(const struct conf *conf, FILE *out);

/* True when both sections say the same, so that a reload may keep what runs. */
bool conf_source_equal(
    const struct conf_source *a, const struct conf_source *b);
bool conf_destination_equal(
    const struct conf_destination *a, const struct conf_destination *b);

#endif
