/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that no single value can tell: what belongs together, what must
 * exist.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/rfc3339.h"
#include "base/shown.h"
#include "conf/build.h"
#include "conf/conf.h"
#include "conf/findings.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "io/tls_context.h"

/* Of a RELP frame's data, as the protocol's description has it. */
#define RELP_SIZE_MAX (128U << 10)
/* 65,535 without the headers of IPv4 and UDP. */
#define UDP_SIZE_MAX 65507

/* Of a section's name and title. */
#define NAME_SIZE 128

/* This machine's clock and the API's may differ by so much; and one that is
 * before this day was never set, and is no judge. */
#define CLOCK_DOUBT_S (24 * 3600)
#define CLOCK_SET_S INT64_C(1767225600) /* 2026-01-01 */

/* What a fingerprint makes needless. */
static const char *const judging[] = {"ca-file", "crl-file"};

static void check_count(const struct raw_section *section,
    const struct conf_destination *destination, size_t enabled,
    struct findings *findings);
static void check_required(
    const struct raw_section *section, struct findings *findings);
static void check_start(const struct raw_section *section, int64_t start_ms,
    struct findings *findings);
static void check_source(
    const struct raw_section *section, struct findings *findings);
static void check_expiry(const struct raw_section *section,
    const struct conf_source *source, struct findings *findings);
static void warn_relative(
    const struct raw_section *section, struct findings *findings);
static void check_destination(const struct raw_section *section,
    const struct conf_destination *destination, const struct conf *conf,
    struct findings *findings);
static void check_format(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings);
static void check_transport(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings);
static void check_tls(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings);
static void check_own(
    const struct raw_section *section, struct findings *findings);
static void check_place(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings);
static void check_size(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings);
static void warn_unused(const struct raw_section *section,
    const char *const *names, struct findings *findings);
static void check_names(const struct raw_section *section,
    const struct conf_destination *destination, const struct conf *conf,
    struct findings *findings);
static void check_shared(const struct raw_section *section,
    const struct conf_destination *destination, const struct conf *conf,
    struct findings *findings);
static const char *called(
    const struct raw_section *section, char ret[NAME_SIZE]);
static const struct raw_setting *given(
    const struct raw_section *section, const char *name);
static int line_of(const struct raw_section *section, const char *name);

void
check(const struct raw *raw, const struct conf *conf, struct findings *findings)
{
	size_t source = 0, destination = 0, enabled = 0;

	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_section *s = &raw->sections[i];

		check_required(s, findings);
		warn_relative(s, findings);
		if (s->section == &option_sections[SECTION_SOURCE]) {
			const struct conf_source *from =
			    &conf->sources[source++];

			check_source(s, findings);
			check_start(s, from->start_ms, findings);
			check_expiry(s, from, findings);
		} else if (s->section ==
		    &option_sections[SECTION_DESTINATION]) {
			const struct conf_destination *d =
			    &conf->destinations[destination++];

			check_destination(s, d, conf, findings);
			enabled += d->enabled;
			check_count(s, d, enabled, findings);
		}
	}
	if (source == 0)
		findings_error(findings, 0,
		    "no source: a section source \"NAME\" { host, token-file } "
		    "is "
		    "needed (cefctl setup writes one)");
	if (destination == 0)
		findings_error(findings, 0,
		    "no destination: a section destination \"NAME\" { servers "
		    "} is "
		    "needed (cefctl setup writes one)");
}

/* Told once, of the first that is too many. */
static void
check_count(const struct raw_section *section,
    const struct conf_destination *destination, size_t enabled,
    struct findings *findings)
{
	if (destination->enabled && enabled == CONF_DESTINATIONS_MAX + 1)
		findings_error(findings, section->line,
		    "destination \"%s\": a cefd has %d destinations at most: "
		    "leave the others out, or give them to another cefd with "
		    "a spool of its own",
		    destination->name, CONF_DESTINATIONS_MAX);
}

static void
check_required(const struct raw_section *section, struct findings *findings)
{
	const struct option *o;
	char name[NAME_SIZE];

	for (o = section->section->options; o->name != NULL; o++)
		if (o->required && raw_find(section, o) == NULL)
			findings_error(findings, section->line,
			    "%s has no %s: set %s = \"...\"",
			    called(section, name), o->name, o->name);
}

static void
check_source(const struct raw_section *section, struct findings *findings)
{
	const struct raw_setting *token = given(section, "token");
	const struct raw_setting *token_file = given(section, "token-file");
	char name[NAME_SIZE];

	if (token == NULL && token_file == NULL)
		findings_error(findings, section->line,
		    "%s has no token-file: put the token into a file of its "
		    "own and name it here (cefctl setup does both)",
		    called(section, name));
	if (token != NULL && token_file != NULL)
		findings_error(findings, token->line,
		    "both token and token-file are set: keep one");
	else if (token != NULL)
		findings_warning(findings, token->line,
		    "the token stands in the configuration file; token-file "
		    "keeps it where fewer people look");
}

/* Until then nothing would be fetched, and all would look well. */
static void
check_start(const struct raw_section *section, int64_t start_ms,
    struct findings *findings)
{
	char when[RFC3339_SEC_LEN + 1];
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec < CLOCK_SET_S ||
	    start_ms <= ((int64_t)now.tv_sec + CLOCK_DOUBT_S) * 1000)
		return;
	rfc3339_sec(when, start_ms);
	findings_error(findings, line_of(section, "start"),
	    "start = \"%s\" is still to come: it says from what time on "
	    "records are fetched, so give one that has passed, or a span "
	    "like 24h; what is not to run yet has enabled = false",
	    when);
}

static void
check_expiry(const struct raw_section *section,
    const struct conf_source *source, struct findings *findings)
{
	char when[RFC3339_MS_LEN + 1];
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (source->token_expires_ms == 0 ||
	    source->token_expires_ms / 1000 > now.tv_sec)
		return;
	rfc3339_ms(when, source->token_expires_ms);
	findings_warning(findings, line_of(section, "token-expires"),
	    "token-expires: %s is past: set it to the end of the token that is "
	    "in use, or leave it out",
	    when);
}

/* What is written there goes with the file when it is moved. */
static void
warn_relative(const struct raw_section *section, struct findings *findings)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct raw_setting *s = &section->settings[i];
		struct shown seen;

		if (s->option->type == OPTION_PATH && s->count != 0 &&
		    s->values[0].text[0] != '\0' &&
		    s->values[0].text[0] != '/') {
			seen = shown(text_of(s->values[0].text));
			findings_warning(findings, s->line,
			    "%s: \"%.*s%s\" is taken from the folder of this "
			    "file: write the whole path",
			    s->option->name, seen.len, seen.ptr, seen.dots);
		}
	}
}

static void
check_destination(const struct raw_section *section,
    const struct conf_destination *destination, const struct conf *conf,
    struct findings *findings)
{
	check_start(section, destination->start_ms, findings);
	check_words(section, findings);
	check_format(section, destination, findings);
	check_transport(section, destination, findings);
	check_names(section, destination, conf, findings);
	check_shared(section, destination, conf, findings);
}

/* Two would write into each other's lines. Files: check_paths(). */
static void
check_shared(const struct raw_section *section,
    const struct conf_destination *destination, const struct conf *conf,
    struct findings *findings)
{
	if (destination->transport != TRANSPORT_STDOUT || !destination->enabled)
		return;
	for (const struct conf_destination *d = conf->destinations;
	     d != destination; d++)
		if (d->transport == TRANSPORT_STDOUT && d->enabled)
			findings_error(findings, line_of(section, "transport"),
			    "transport: destination \"%s\" writes to standard "
			    "output already: give one of them a file",
			    d->name);
}

/* Structured data is a part of one header and of no other. */
static void
check_format(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings)
{
	if (destination->format == CONF_FORMAT_SD &&
	    destination->header != CONF_HEADER_RFC5424)
		findings_error(findings, line_of(section, "header"),
		    "format = \"rfc5424-sd\" needs header = \"rfc5424\"");
}

/* What one transport needs means nothing to another. */
static void
check_transport(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings)
{
	static const char *const tls[] = {"verify", "fingerprints", "ca-file",
	    "crl-file", "cert-file", "key-file", "key-password-file",
	    "server-name", "tls-min", NULL};
	static const char *const framing[] = {"framing", NULL};
	static const char *const confirm[] = {"confirm", NULL};
	enum conf_transport transport = destination->transport;
	bool is_stream =
	    transport == TRANSPORT_TLS || transport == TRANSPORT_TCP;

	check_place(section, destination, findings);
	if (conf_transport_is_tls(transport))
		check_tls(section, destination, findings);
	else
		warn_unused(section, tls, findings);
	if (!is_stream && conf_transport_has_servers(transport))
		warn_unused(section, framing, findings);
	if (!is_stream)
		warn_unused(section, confirm, findings);
	check_size(section, destination, findings);
}

static void
check_tls(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings)
{
	bool pinned = destination->verify == TLS_VERIFY_FINGERPRINT;

	check_own(section, findings);
	if (destination->verify == TLS_VERIFY_CA &&
	    given(section, "ca-file") == NULL)
		findings_error(findings, line_of(section, "verify"),
		    "verify = \"ca\" needs ca-file: the system's authorities "
		    "sign for anybody");
	if (pinned != (given(section, "fingerprints") != NULL))
		findings_error(findings,
		    line_of(section, pinned ? "verify" : "fingerprints"),
		    "verify = \"fingerprint\" and fingerprints go together: "
		    "%s is missing",
		    pinned ? "fingerprints" : "verify");
	if (!pinned)
		return;
	for (size_t i = 0; i < sizeof(judging) / sizeof(judging[0]); i++)
		if (given(section, judging[i]) != NULL)
			findings_warning(findings, line_of(section, judging[i]),
			    "%s means nothing with verify = \"fingerprint\": "
			    "leave one of them out",
			    judging[i]);
}

static void
check_own(const struct raw_section *section, struct findings *findings)
{
	bool cert = given(section, "cert-file") != NULL;
	bool key = given(section, "key-file") != NULL;

	if (cert != key)
		findings_error(findings,
		    line_of(section, cert ? "cert-file" : "key-file"),
		    "cert-file and key-file go together: %s is missing",
		    cert ? "key-file" : "cert-file");
	if (!key && given(section, "key-password-file") != NULL)
		findings_error(findings, line_of(section, "key-password-file"),
		    "key-password-file has no key-file to open: set "
		    "key-file, or leave it out");
}

static void
check_place(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings)
{
	static const char *const servers[] = {"servers", NULL};
	static const char *const path[] = {"path", NULL};
	bool remote = conf_transport_has_servers(destination->transport);
	bool file = destination->transport == TRANSPORT_FILE;
	char name[NAME_SIZE];

	if (remote && given(section, "servers") == NULL)
		findings_error(findings, section->line,
		    "%s has no servers: set servers = {\"HOST:PORT\"}",
		    called(section, name));
	if (file && given(section, "path") == NULL)
		findings_error(findings, section->line,
		    "%s has no path: set path = \"/...\" to the file that is "
		    "to be written",
		    called(section, name));
	if (!remote)
		warn_unused(section, servers, findings);
	if (!file)
		warn_unused(section, path, findings);
	if (!remote && destination->framing == FRAMING_OCTET_COUNTING)
		findings_error(findings, line_of(section, "framing"),
		    "framing: octet-counting is for the network; a file has "
		    "lines (lf)");
}

static void
check_size(const struct raw_section *section,
    const struct conf_destination *destination, struct findings *findings)
{
	if (conf_transport_is_relp(destination->transport) &&
	    destination->max_size > RELP_SIZE_MAX)
		findings_error(findings, line_of(section, "max-size"),
		    "max-size: RELP takes 128KiB at the most");
	if (destination->transport != TRANSPORT_UDP)
		return;
	if (destination->max_size > UDP_SIZE_MAX)
		findings_error(findings, line_of(section, "max-size"),
		    "max-size: a datagram takes %d octets at the most",
		    UDP_SIZE_MAX);
	findings_warning(findings, line_of(section, "transport"),
	    "udp: nothing is confirmed, and records are lost without a trace; "
	    "those over the path's MTU (about 1,400 octets) most of all: "
	    "relp-tls or tls lose none");
}

static void
warn_unused(const struct raw_section *section, const char *const *names,
    struct findings *findings)
{
	const struct raw_setting *transport = given(section, "transport");

	for (; *names != NULL; names++)
		if (given(section, *names) != NULL)
			findings_warning(findings, line_of(section, *names),
			    "%s means nothing with transport = \"%s\": leave "
			    "it out, or take another transport",
			    *names,
			    transport != NULL && transport->count != 0
			        ? transport->values[0].text
			        : "tls");
}

static void
check_names(const struct raw_section *section,
    const struct conf_destination *destination, const struct conf *conf,
    struct findings *findings)
{
	const struct raw_setting *setting = given(section, "sources");

	for (size_t i = 0; setting != NULL && i < setting->count; i++) {
		const char *name = setting->values[i].text;
		struct shown seen = shown(text_of(name));
		size_t j = 0;

		while (j < conf->source_count &&
		    strcmp(conf->sources[j].name, name) != 0)
			j++;
		if (j == conf->source_count && strcmp(name, "*") != 0)
			findings_error(findings, setting->values[i].line,
			    "destination \"%s\" names the source \"%.*s%s\", "
			    "which does not exist: it takes titles of source "
			    "sections, or *",
			    destination->name, seen.len, seen.ptr, seen.dots);
	}
}

/* source "acme"; without a title, which was told, the line must do. */
static const char *
called(const struct raw_section *section, char ret[NAME_SIZE])
{
	bool has = section->title != NULL && section->title[0] != '\0';

	(void)snprintf(ret, NAME_SIZE, "%s%s%s%s", section->section->name,
	    has ? " \"" : "", has ? section->title : "", has ? "\"" : "");
	return ret;
}

static const struct raw_setting *
given(const struct raw_section *section, const char *name)
{
	return raw_find(section, option_find(section->section, text_of(name)));
}

static int
line_of(const struct raw_section *section, const char *name)
{
	const struct raw_setting *s = given(section, name);

	return s != NULL ? s->line : section->line;
}
