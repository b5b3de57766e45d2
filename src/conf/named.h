/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operator calls a source or a destination: its title, or where both
 * have it, source/TITLE or destination/TITLE. No title has a "/".
 */
#ifndef CEFD_CONF_NAMED_H
#define CEFD_CONF_NAMED_H

/* The title, a part of `name`, that a source meant by it has; NULL when it says
 * that a destination is meant. The other way about for the second. */
const char *named_source(const char *name);
const char *named_destination(const char *name);

#endif
