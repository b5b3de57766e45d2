/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bearer token, read anew before each poll so that a new one needs no
 * restart.
 */
#ifndef CEFD_INTAKE_BEARER_H
#define CEFD_INTAKE_BEARER_H

struct conf_source;
struct err;

/*
 * Replace *token (wiped first; may be NULL) by the one that the configuration
 * names. On failure the old one stays.
 */
int bearer_read(const struct conf_source *conf, char **token, struct err *err);

#endif
