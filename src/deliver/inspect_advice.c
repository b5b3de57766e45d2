/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What settings ask of a receiver. The figures are the receivers' defaults as
 * their manuals give them: rsyslog's maxMessageSize 8k, syslog-ng's
 * log-msg-size 64k; a datagram over 1,472 octets is cut into fragments on an
 * Ethernet (1,500 less IPv4's and UDP's headers).
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "deliver/inspect.h"
#include "deliver/sender.h"
#include "deliver/session.h"

#define RSYSLOG_SIZE 8192
#define SYSLOG_NG_SIZE 65536
#define ETHERNET_SIZE 1472

static void advise_framing(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg);
static void advise_size(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg);
static void advise_confirm(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg);

void
inspect_advice(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg)
{
	advise_framing(conf, say, arg);
	advise_size(conf, say, arg);
	advise_confirm(conf, say, arg);
}

int64_t
inspect_record_ms(const struct conf_destination *conf)
{
	int64_t count =
	    conf->servers.count > 1 ? (int64_t)conf->servers.count : 1;

	return count * (conf->connect_timeout_ms + conf->confirm_timeout_ms);
}

enum step_mark
inspect_doubt(const struct conf_destination *conf,
    const struct sender_stats *stats, char ret[INSPECT_DOUBT_MAX])
{
	bool is_kernel = strcmp(stats->confirm_level,
	                     session_level_str(SESSION_KERNEL)) == 0;

	ret[0] = '\0';
	if (stats->said[0] != '\0') {
		(void)snprintf(ret, INSPECT_DOUBT_MAX,
		    "the server says \"%s\", where a receiver of syslog is "
		    "silent: look whether servers and transport are right, and "
		    "what it is that listens there",
		    stats->said);
		return STEP_FAIL;
	}
	if (is_kernel)
		(void)snprintf(ret, INSPECT_DOUBT_MAX,
		    "the server never ended the session, so nobody can tell "
		    "whether it was read: %s",
		    conf->transport == TRANSPORT_TCP
		        ? "only RELP or TLS can (transport)"
		        : "look into the receiver's log whether it came");
	if (conf->transport == TRANSPORT_UDP)
		(void)snprintf(ret, INSPECT_DOUBT_MAX,
		    "nothing confirms a datagram: look into the receiver's log "
		    "whether it came, or take another transport");
	return is_kernel || conf->transport == TRANSPORT_UDP ? STEP_WARN
	                                                     : STEP_OK;
}

static void
advise_framing(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg)
{
	bool stream = conf->transport == TRANSPORT_TLS ||
	    conf->transport == TRANSPORT_TCP;

	if (conf->transport == TRANSPORT_TCP ||
	    conf->transport == TRANSPORT_RELP ||
	    conf->transport == TRANSPORT_UDP)
		say(STEP_WARN, "transport",
		    "not encrypted, and the receiver is not authenticated: "
		    "for a network of your own only; elsewhere take tls or "
		    "relp-tls (transport)",
		    arg);
	if (!stream)
		return;
	if (conf->framing == FRAMING_OCTET_COUNTING)
		say(STEP_OK, "framing",
		    "octet-counting (RFC 5425, RFC 6587 3.4.1): rsyslog's "
		    "imtcp and syslog-ng's syslog() take it as it is",
		    arg);
	else
		say(STEP_OK, "framing",
		    "records end with a delimiter (RFC 6587 3.4.2): the "
		    "receiver must be set to the same one, as syslog-ng's "
		    "network() and most SIEM's TCP inputs are to LF; where "
		    "lines come joined or begin with a number, take "
		    "octet-counting",
		    arg);
}

static void
advise_size(const struct conf_destination *conf, inspect_say_fn *say, void *arg)
{
	char text[256];

	if (conf->transport == TRANSPORT_UDP &&
	    conf->max_size > ETHERNET_SIZE) {
		(void)snprintf(text, sizeof(text),
		    "max-size = %zu: a datagram over %d octets travels in "
		    "fragments, and one that is lost takes the record along: "
		    "lower it, or take another transport",
		    conf->max_size, ETHERNET_SIZE);
		say(STEP_WARN, "size", text, arg);
	} else if (conf_transport_has_servers(conf->transport) &&
	    conf->max_size > RSYSLOG_SIZE) {
		(void)snprintf(text, sizeof(text),
		    "max-size = %zu: the receiver must take that much "
		    "(rsyslog: maxMessageSize, %d unless set; syslog-ng: "
		    "log-msg-size, %d unless set)",
		    conf->max_size, RSYSLOG_SIZE, SYSLOG_NG_SIZE);
		say(STEP_WARN, "size", text, arg);
	}
}

static void
advise_confirm(
    const struct conf_destination *conf, inspect_say_fn *say, void *arg)
{
	if (conf->transport == TRANSPORT_UDP ||
	    conf->transport == TRANSPORT_STDOUT)
		say(STEP_WARN, "confirm",
		    "nothing confirms a record here: what is lost on the way "
		    "is lost; take tls or relp-tls (transport) to lose none",
		    arg);
	else if (conf->transport == TRANSPORT_FILE)
		say(STEP_OK, "confirm",
		    "a record counts once it is on this machine's disk", arg);
}
