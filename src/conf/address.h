/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this text an address as the configuration writes it?
 */
#ifndef CEFD_CONF_ADDRESS_H
#define CEFD_CONF_ADDRESS_H

#include <stdbool.h>

#include "base/text.h"

/*
 * host:port, a.b.c.d:port or [v6]:port; without `need_port` the port may be
 * left out. NULL when it is one, otherwise what is wrong with it.
 */
const char *address_fault(struct text t, bool need_port);

/* address:port, [v6]:port or localhost:port, to listen on: whatever else has a
 * name is another machine's, or may become so. NULL or what is wrong. */
const char *address_listen_fault(struct text t);

/* A domain's name alone; NULL or what is wrong. */
const char *address_domain_fault(struct text t);

/*
 * The host part of an API's URL, for free: without https:// in front and /v1 or
 * / at the end, both of which people copy along, and in the one spelling that
 * a server's limits go by: in lower case (RFC 4343), without the dot at a name's
 * end, which no certificate has, and without :443.
 */
char *address_of_api(struct text t);

/* scheme://[user[:password]@]host[:port][/]; NULL or what is wrong. */
const char *address_proxy_fault(struct text t);

/* Octets of the password within a proxy's URL; empty when there is none. */
struct text address_password(struct text t);

#endif
