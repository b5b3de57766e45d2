/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of a destination: read at first, and again when they
 * change. What is broken does not replace what works.
 */
#include "config.h"

#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/tls_settings.h"
#include "deliver/sender_parts.h"
#include "io/log.h"
#include "io/tls_context.h"

#define ROOM "deliver"

static void warn_of_key(struct sender *sender);

struct tls_context *
sender_tls_context(const struct conf_destination *conf, struct err *err)
{
	struct tls_options options;

	tls_settings_of(conf, &options);
	return tls_context_new(&options, err);
}

void
sender_renew_tls(struct sender *sender)
{
	struct sender_stats *stats = &sender->stats;
	enum tls_renewal renewal;
	struct err err;

	if (sender->tls == NULL)
		return;
	renewal = tls_context_renew(sender->tls, &err);
	warn_of_key(sender);
	switch (renewal) {
	case TLS_UNCHANGED:
		return;
	case TLS_RENEWED:
		stats->tls_error[0] = '\0';
		log_info(ROOM,
		    "destination \"%s\": the files for TLS have changed and "
		    "are used from now on",
		    sender->conf->name);
		return;
	case TLS_KEPT:
		memcpy(stats->tls_error, err.text, ERR_TEXT_MAX);
		log_warn(ROOM,
		    "destination \"%s\": %s; what was read before stays in "
		    "use until that is corrected",
		    sender->conf->name, err.text);
		return;
	}
}

/* Each time that it comes to be so. */
static void
warn_of_key(struct sender *sender)
{
	bool exposed = tls_context_key_is_exposed(sender->tls);

	if (exposed && !sender->key_told)
		log_warn(ROOM,
		    "destination \"%s\": key-file: %s: others can read or "
		    "change it; do chmod o-rwx",
		    sender->conf->name, sender->conf->key_file);
	sender->key_told = exposed;
}
