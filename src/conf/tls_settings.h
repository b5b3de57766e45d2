/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sections say about TLS, in the words of io/tls_context.h.
 */
#ifndef CEFD_CONF_TLS_SETTINGS_H
#define CEFD_CONF_TLS_SETTINGS_H

struct conf_destination;
struct conf_source;
struct tls_options;

/* The strings stay the configuration's. All of it is 0 for a destination
 * without TLS. */
void tls_settings_of(
    const struct conf_destination *conf, struct tls_options *ret);
void tls_settings_of_source(
    const struct conf_source *conf, struct tls_options *ret);

#endif
