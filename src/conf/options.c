/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table itself; the rows of sources are in options_source.c. To add an
 * option, add its field to sections.h and a row here.
 */
#include "config.h"

#include "conf/conf.h"
#include "conf/options.h"
#include "conf/options_parts.h"
#include "io/tls_context.h"

static const struct option_word transport_words[] = {
    {"tls", TRANSPORT_TLS},
    {"tcp", TRANSPORT_TCP},
    {"udp", TRANSPORT_UDP},
    {"relp", TRANSPORT_RELP},
    {"relp-tls", TRANSPORT_RELP_TLS},
    {"file", TRANSPORT_FILE},
    {"stdout", TRANSPORT_STDOUT},
    {NULL, 0},
};

static const struct option_word framing_words[] = {
    {"octet-counting", FRAMING_OCTET_COUNTING},
    {"lf", FRAMING_LF},
    {"crlf", FRAMING_CRLF},
    {"nul", FRAMING_NUL},
    {NULL, 0},
};

static const struct option_word format_words[] = {
    {"cef", CONF_FORMAT_CEF},
    {"json", CONF_FORMAT_JSON},
    {"leef", CONF_FORMAT_LEEF},
    {"rfc5424-sd", CONF_FORMAT_SD},
    {NULL, 0},
};

static const struct option_word header_words[] = {
    {"rfc5424", CONF_HEADER_RFC5424},
    {"rfc3164", CONF_HEADER_RFC3164},
    {"none", CONF_HEADER_NONE},
    {NULL, 0},
};

static const struct option_word header_time_words[] = {
    {"event", 0},
    {"now", 1},
    {NULL, 0},
};

/* RFC 5424, section 6.2.1, by the names that syslog.conf(5) made common. */
static const struct option_word facility_words[] = {
    {"kern", 0},
    {"user", 1},
    {"mail", 2},
    {"daemon", 3},
    {"auth", 4},
    {"syslog", 5},
    {"lpr", 6},
    {"news", 7},
    {"uucp", 8},
    {"cron", 9},
    {"authpriv", 10},
    {"ftp", 11},
    {"ntp", 12},
    {"audit", 13},
    {"alert", 14},
    {"clock", 15},
    {"local0", 16},
    {"local1", 17},
    {"local2", 18},
    {"local3", 19},
    {"local4", 20},
    {"local5", 21},
    {"local6", 22},
    {"local7", 23},
    {NULL, 0},
};

static const struct option_word confirm_words[] = {
    {"auto", CONFIRM_AUTO},
    {"close", CONFIRM_CLOSE},
    {NULL, 0},
};

static const struct option_word verify_words[] = {
    {"name", TLS_VERIFY_NAME},
    {"ca", TLS_VERIFY_CA},
    {"fingerprint", TLS_VERIFY_FINGERPRINT},
    {NULL, 0},
};

static const struct option_word tls_min_words[] = {
    {"1.2", 0x0303},
    {"1.3", 0x0304},
    {NULL, 0},
};

static const struct option spool_options[] = {
    {.name = "path",
        .type = OPTION_PATH,
        FIELD(conf, spool_path),
        .min = 1,
        .max = 4000,
        .standard = "/var/lib/cefd",
        .help = "Folder of the spool. It holds what was fetched and not "
                "yet confirmed by a destination, and how far each stream "
                "has got. Another one needs a restart."},
    {.name = "quota",
        .type = OPTION_SIZE,
        FIELD(conf, spool_quota),
        .min = MIB,
        .max = 16 * TIB,
        .standard = "2GiB",
        .help = "Disk space that the spool may take, for all destinations "
                "together. When it is reached, be it by what waits for one "
                "of them, cefd stops asking the sources; nothing is "
                "dropped."},
    {.name = NULL},
};

static const struct option destination_options[] = {
    {.name = "servers",
        .type = OPTION_SERVERS,
        FIELD(conf_destination, servers),
        .min = 1,
        .max = 261,
        .example = "conductor.example.com:6514",
        .help = "host:port or [address]:port, tried in order; the one "
                "that answers is kept, until failback. Needed, except with "
                "file and stdout."},
    {.name = "transport",
        .type = OPTION_WORD,
        FIELD(conf_destination, transport),
        .words = transport_words,
        .standard = "tls",
        .help = "tls (RFC 5425), tcp (RFC 6587), relp, relp-tls (RELP "
                "within TLS), udp (RFC 5426; nothing is confirmed), file or "
                "stdout (nothing is confirmed; for tests)."},
    {.name = "path",
        .type = OPTION_PATH,
        FIELD(conf_destination, path),
        .min = 1,
        .max = 4000,
        .help = "With file: where records are appended. It may be renamed "
                "or removed at any time; a new one is made."},
    {.name = "framing",
        .type = OPTION_WORD,
        FIELD(conf_destination, framing),
        .words = framing_words,
        .standard = "octet-counting",
        .help = "How records are told apart: octet-counting, or behind each "
                "one lf, crlf or nul. With file and stdout it is lf."},
    {.name = "format",
        .type = OPTION_WORD,
        FIELD(conf_destination, format),
        .words = format_words,
        .standard = "cef",
        .help = "What a record is written as: cef, json, leef or rfc5424-sd; "
                "see cefd-records(5)."},
    {.name = "sources",
        .type = OPTION_NAMES,
        FIELD(conf_destination, sources),
        .min = 1,
        .max = 64,
        .standard = "*",
        .help = "Titles of the sources that go here, or \"*\" for all."},
    {.name = "start",
        .type = OPTION_START,
        FIELD(conf_destination, start_ago_ms),
        .min = 0,
        .max = 3650 * MS_DAY,
        .standard = "0s",
        .help = "How far back a destination begins that is added to "
                "sources which run already; or an RFC 3339 time. That span "
                "is fetched again, once. 0s is from now on. One that is put "
                "back, and whose queue was kept, goes on with that."},
    {.name = "min-severity",
        .type = OPTION_INT,
        FIELD(conf_destination, min_severity),
        .min = 0,
        .max = 10,
        .standard = "0",
        .help = "Only records of this CEF severity or a higher one. The "
                "filters leave cefd's own notices alone."},
    {.name = "attack-types",
        .type = OPTION_TEXTS,
        FIELD(conf_destination, attack_types),
        .min = 1,
        .max = 256,
        .help = "Only threats of these attack types, in upper or lower "
                "case: {\"Malware\", \"Phishing: Credential\"}. Other "
                "records are not looked at."},
    {.name = "statuses",
        .type = OPTION_TEXTS,
        FIELD(conf_destination, statuses),
        .min = 1,
        .max = 256,
        .help = "Only records with one of these remediation statuses, or "
                "without any: {\"Auto-Remediated\", \"No Action Done\"}. "
                "Case, and a hyphen for a blank, make no difference."},
    {.name = "recipient-domains",
        .type = OPTION_DOMAINS,
        FIELD(conf_destination, recipient_domains),
        .min = 1,
        .max = 253,
        .help = "Only records about recipients of these domains and those "
                "below them, or about none."},
    {.name = "enabled",
        .type = OPTION_BOOL,
        FIELD(conf_destination, enabled),
        .standard = "true",
        .help = "false takes the destination out of use: nothing is "
                "stored for it or sent to it."},
    {.name = "header",
        .type = OPTION_WORD,
        FIELD(conf_destination, header),
        .words = header_words,
        .standard = "rfc5424",
        .help = "Syslog header: rfc5424, rfc3164 or none. The time of "
                "rfc3164 has neither year nor zone: it is UTC, and the "
                "receiver must be told so."},
    {.name = "header-time",
        .type = OPTION_WORD,
        FIELD(conf_destination, header_time_now),
        .words = header_time_words,
        .standard = "event",
        .help = "Time in the header: the event's own, or now."},
    {.name = "facility",
        .type = OPTION_WORD,
        FIELD(conf_destination, facility),
        .words = facility_words,
        .standard = "local0",
        .help = "Syslog facility, kern to local7."},
    {.name = "hostname",
        .type = OPTION_ASCII,
        FIELD(conf_destination, hostname),
        .min = 1,
        .max = 255,
        .help = "Host name in the header. The default is the machine's "
                "full name."},
    {.name = "app-name",
        .type = OPTION_ASCII,
        FIELD(conf_destination, app_name),
        .min = 1,
        .max = 48,
        .standard = "cefd",
        .help = "Application name in the header."},
    {.name = "structured-data",
        .type = OPTION_BOOL,
        FIELD(conf_destination, structured_data),
        .standard = "false",
        .help = "Add the elements origin and meta (RFC 5424, section 7)."},
    {.name = "enterprise-number",
        .type = OPTION_INT,
        FIELD(conf_destination, enterprise_number),
        .min = 1,
        .max = UINT32_MAX,
        .standard = "32473",
        .help = "Private enterprise number in the name of the element of "
                "format = \"rfc5424-sd\". The default is the one for "
                "examples (RFC 5612)."},
    {.name = "vendor",
        .type = OPTION_STRING,
        FIELD(conf_destination, vendor),
        .min = 1,
        .max = 255,
        .standard = "Abnormal Security",
        .help = "Device vendor in the header of CEF and LEEF."},
    {.name = "product",
        .type = OPTION_STRING,
        FIELD(conf_destination, product),
        .min = 1,
        .max = 255,
        .standard = "Inbound Email Security",
        .help = "Device product in it."},
    {.name = "max-size",
        .type = OPTION_SIZE,
        FIELD(conf_destination, max_size),
        .min = 2048,
        .max = MIB,
        .standard = "8000",
        .help = "Longest record that the receiver takes. Longer ones lose "
                "their least important fields and say so. With udp the "
                "default is 2048."},
    {.name = "confirm",
        .type = OPTION_WORD,
        FIELD(conf_destination, confirm),
        .words = confirm_words,
        .standard = "auto",
        .help = "What to do when the receiver does not end the session: "
                "auto takes its kernel's word, with a warning; close sends "
                "again until it does, and asks one that has ever given "
                "close_notify for it each time."},
    {.name = "confirm-timeout",
        .type = OPTION_DURATION,
        FIELD(conf_destination, confirm_timeout_ms),
        .min = 100,
        .max = MS_HOUR,
        .standard = "30s",
        .help = "How long to wait for the receiver's end of a session."},
    {.name = "connect-timeout",
        .type = OPTION_DURATION,
        FIELD(conf_destination, connect_timeout_ms),
        .min = 100,
        .max = MS_HOUR,
        .standard = "10s",
        .help = "Limit of name, connection and handshake, each."},
    {.name = "write-timeout",
        .type = OPTION_DURATION,
        FIELD(conf_destination, write_timeout_ms),
        .min = 100,
        .max = MS_HOUR,
        .standard = "30s",
        .help = "A session that makes no progress for so long is "
                "broken off."},
    {.name = "rate",
        .type = OPTION_INT,
        FIELD(conf_destination, rate),
        .min = 0,
        .max = 1000000,
        .standard = "0",
        .help = "Records a second at the most, for a receiver that a "
                "backlog would be too much for; after a wait, of up to "
                "half a minute, what was not used goes at once. 0 is no "
                "limit."},
    {.name = "failback",
        .type = OPTION_DURATION,
        FIELD(conf_destination, failback_ms),
        .min = 0,
        .max = 7 * MS_DAY,
        .standard = "5m",
        .help = "How long after it was left the first server is tried "
                "again; 0s is never."},
    {.name = "heartbeat",
        .type = OPTION_DURATION,
        FIELD(conf_destination, heartbeat_ms),
        .min = 0,
        .max = 7 * MS_DAY,
        .standard = "0s",
        .help = "How often a record with counters says that cefd is up "
                "(forwarder-status, cat=heartbeat), so that silence can raise "
                "an alarm: 5m is usual, 0s is never. It waits in the queue "
                "like any other, and no second one behind it."},
    {.name = "session-records",
        .type = OPTION_INT,
        FIELD(conf_destination, session_records),
        .min = 1,
        .max = 1000000000,
        .standard = "320000",
        .help = "Records that a session holds at the most before it is ended "
                "and confirmed. It holds 20,000 and 16 MiB unless to end it "
                "takes long compared with that, and fewer after a failure."},
    {.name = "session-bytes",
        .type = OPTION_SIZE,
        FIELD(conf_destination, session_bytes),
        .min = 1,
        .max = TIB,
        .standard = "256MiB",
        .help = "Octets that it holds at the most."},
    {.name = "session-time",
        .type = OPTION_DURATION,
        FIELD(conf_destination, session_time_ms),
        .min = 1,
        .max = MS_DAY,
        .standard = "30s",
        .help = "Time after which it is ended."},
    {.name = "relp-window",
        .type = OPTION_INT,
        FIELD(conf_destination, relp_window),
        .min = 1,
        .max = 1000,
        .standard = "128",
        .help = "RELP: records that are sent without an acknowledgement "
                "of the first of them."},
    {.name = "verify",
        .type = OPTION_WORD,
        FIELD(conf_destination, verify),
        .words = verify_words,
        .standard = "name",
        .help = "How the receiver is known: name (its certificate is "
                "trusted and names the server), ca (it is trusted; needs "
                "ca-file), fingerprint (it is one of fingerprints)."},
    {.name = "ca-file",
        .type = OPTION_FILE,
        FIELD(conf_destination, ca_file),
        .min = 1,
        .max = 4000,
        .help = "PEM file with the authorities to trust instead of the "
                "system's. This and the four files below are read again "
                "when they change."},
    {.name = "crl-file",
        .type = OPTION_FILE,
        FIELD(conf_destination, crl_file),
        .min = 1,
        .max = 4000,
        .help = "PEM file with lists of revoked certificates (CRL). The "
                "authority of the receiver's certificate must have one in "
                "it that has not ended. 16MiB at the most."},
    {.name = "cert-file",
        .type = OPTION_FILE,
        FIELD(conf_destination, cert_file),
        .min = 1,
        .max = 4000,
        .help = "PEM file with a client certificate and its chain."},
    {.name = "key-file",
        .type = OPTION_FILE,
        FIELD(conf_destination, key_file),
        .min = 1,
        .max = 4000,
        .help = "PEM file with the key of cert-file."},
    {.name = "key-password-file",
        .type = OPTION_PASSWORD_FILE,
        FIELD(conf_destination, key_password_file),
        .min = 1,
        .max = 4000,
        .help = "File with the password of an encrypted key-file, which "
                "others must not be able to read."},
    {.name = "fingerprints",
        .type = OPTION_FINGERPRINTS,
        FIELD(conf_destination, fingerprints),
        .min = 1,
        .max = 200,
        .help = "With verify = \"fingerprint\": the certificates to take, "
                "whoever signed them and whenever they end, as "
                "\"sha-256:AA:BB:...\" (RFC 5425, section 4.2.2)."},
    {.name = "server-name",
        .type = OPTION_ASCII,
        FIELD(conf_destination, server_name),
        .min = 1,
        .max = 255,
        .help = "Name that the certificate must carry. The default is the "
                "host part of the server."},
    {.name = "tls-min",
        .type = OPTION_WORD,
        FIELD(conf_destination, tls_min),
        .words = tls_min_words,
        .standard = "1.2",
        .help = "Lowest TLS version: 1.2 or 1.3."},
    {.name = NULL},
};

static const struct option control_options[] = {
    {.name = "socket",
        .type = OPTION_PATH,
        FIELD(conf, control_socket),
        .min = 1,
        .max = 107, /* sockaddr_un.sun_path with its NUL */
        .standard = "/run/cefd/cefd.sock",
        .help = "Socket on which cefctl reaches cefd. Another one needs a "
                "restart."},
    {.name = NULL},
};

static const struct option status_options[] = {
    {.name = "listen",
        .type = OPTION_LISTEN,
        FIELD(conf, status_listen),
        .min = 0,
        .max = 261,
        .standard = "127.0.0.1:9514",
        .help = "Address of the HTTP server for /metrics, /healthz and "
                "/status.json; \"\" is none. A reload takes another one."},
    {.name = NULL},
};

const struct option_section option_sections[SECTION_COUNT] = {
    [SECTION_SPOOL] = {"spool", NULL,
        "Where records wait until they are confirmed.", spool_options},
    [SECTION_SOURCE] = {"source", "acme",
        "A tenant of Abnormal to fetch from. There may be any number; the "
        "title names it.",
        options_of_source},
    [SECTION_DESTINATION] = {"destination", "witfoo",
        "A syslog receiver. There may be 1024 of them in use, each with a "
        "queue of its own.",
        destination_options},
    [SECTION_CONTROL] = {"control", NULL, "For cefctl.", control_options},
    [SECTION_STATUS] = {"status", NULL, "For monitoring.", status_options},
};

const struct option_section *
option_section_find(struct text name)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (text_eq(text_of(option_sections[i].name), name))
			return &option_sections[i];
	return NULL;
}

const struct option *
option_find(const struct option_section *section, struct text name)
{
	const struct option *o;

	for (o = section->options; o->name != NULL; o++)
		if (text_eq(text_of(o->name), name))
			return o;
	return NULL;
}

bool
option_is_list(const struct option *option)
{
	return option->type == OPTION_WORDS || option->type == OPTION_NAMES ||
	    option->type == OPTION_SERVERS ||
	    option->type == OPTION_SEVERITIES || option->type == OPTION_TEXTS ||
	    option->type == OPTION_DOMAINS ||
	    option->type == OPTION_FINGERPRINTS;
}
