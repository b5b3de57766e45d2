/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field by field.
 */
#include "config.h"

#include "conf/conf.h"
#include "conf/tls_settings.h"
#include "io/tls_context.h"

#define TLS_1_2 0x0303

void
tls_settings_of(const struct conf_destination *conf, struct tls_options *ret)
{
	*ret = (struct tls_options){0};
	if (!conf_transport_is_tls(conf->transport))
		return;
	ret->ca_file = conf->ca_file;
	ret->crl_file = conf->crl_file;
	ret->cert_file = conf->cert_file;
	ret->key_file = conf->key_file;
	ret->key_password_file = conf->key_password_file;
	ret->verify = (enum tls_verify)conf->verify;
	ret->fingerprints = (const char *const *)conf->fingerprints.items;
	ret->fingerprint_count = conf->fingerprints.count;
	ret->min_version = conf->tls_min;
	/* A certificate that is known needs nobody's word. */
	if (ret->verify == TLS_VERIFY_FINGERPRINT) {
		ret->ca_file = NULL;
		ret->crl_file = NULL;
	}
}

void
tls_settings_of_source(const struct conf_source *conf, struct tls_options *ret)
{
	*ret = (struct tls_options){
	    .ca_file = conf->ca_file, .min_version = TLS_1_2};
}
