/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's full name, found without asking the network: starting must not
 * wait for a name server.
 */
#ifndef CEFD_CONF_HOSTNAME_H
#define CEFD_CONF_HOSTNAME_H

#include "base/text.h"

/* For free. As good as can be had; "-" (RFC 5424's NILVALUE) at worst. */
char *hostname_find(void);

/*
 * The full name that `hosts`, the text of a hosts(5) file, has for `name`: the
 * first name with a dot on a line that lists `name`. For free, or NULL.
 */
char *hostname_from_hosts(struct text hosts, const char *name);

#endif
