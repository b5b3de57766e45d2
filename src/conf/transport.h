/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How records go to a destination, and what that asks of its settings.
 */
#ifndef CEFD_CONF_TRANSPORT_H
#define CEFD_CONF_TRANSPORT_H

#include <stdbool.h>

enum conf_transport {
	TRANSPORT_TLS,
	TRANSPORT_TCP,
	TRANSPORT_RELP,
	TRANSPORT_RELP_TLS,
	TRANSPORT_UDP,
	TRANSPORT_FILE,
	TRANSPORT_STDOUT,
};

static inline bool
conf_transport_is_tls(enum conf_transport transport)
{
	return transport == TRANSPORT_TLS || transport == TRANSPORT_RELP_TLS;
}

static inline bool
conf_transport_is_relp(enum conf_transport transport)
{
	return transport == TRANSPORT_RELP || transport == TRANSPORT_RELP_TLS;
}

/* Otherwise the records stay on this machine. */
static inline bool
conf_transport_has_servers(enum conf_transport transport)
{
	return transport != TRANSPORT_FILE && transport != TRANSPORT_STDOUT;
}

#endif
