/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A draft is tried before anything is written: a configuration in a private
 * folder of its own, which goes with it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/prompts.h"
#include "ctl/scratch.h"
#include "ctl/setup.h"
#include "io/replace.h"

#define TEXT_MAX_BYTES 65536

static int write_draft(struct setup *s, struct err *err);
static void put_setting(struct buf *out, const char *key, const char *value);

void
setup_clear(struct setup *s)
{
	prompts_free(s->prompts);
	free(s->name);
	free(s->host);
	secret_free(s->token);
	free(s->api_ca);
	free(s->destination);
	free(s->receiver);
	free(s->transport);
	free(s->framing);
	free(s->ca);
	free(s->fingerprint);
	scratch_free(s->scratch);
}

struct conf *
setup_draft(struct setup *s)
{
	/* With those that replace_file() writes before. */
	static const char *const files[] = {
	    "token", "token.new", "cefd.conf", "cefd.conf.new", NULL};
	struct conf *conf;
	struct err err;
	char *path;

	if ((s->scratch == NULL &&
	        scratch_new(&s->scratch, files, &err) == -1) ||
	    write_draft(s, &err) == -1) {
		(void)ctl_fail(1, "setup", err.text);
		return NULL;
	}
	path = xasprintf("%s/cefd.conf", scratch_path(s->scratch));
	conf = ctl_conf(path);
	free(path);
	return conf;
}

static int
write_draft(struct setup *s, struct err *err)
{
	const struct replace_owner owner = {(uid_t)-1, (gid_t)-1};
	char *token = xasprintf("%s/token", scratch_path(s->scratch));
	char *path = xasprintf("%s/cefd.conf", scratch_path(s->scratch));
	struct buf out;
	int result;

	buf_init(&out, TEXT_MAX_BYTES);
	setup_put(&out, s, token);
	/* One is needed, and the receiver is asked for later. */
	if (s->receiver == NULL)
		(void)buf_puts(&out,
		    "destination \"none\" {\n\ttransport = \"stdout\"\n}\n");
	result = replace_file(
	    token, text_of(s->token), S_IRUSR | S_IWUSR, &owner, false, err);
	if (result == 0)
		result = replace_file(path, (struct text){out.data, out.len},
		    S_IRUSR | S_IWUSR, &owner, false, err);
	buf_clear(&out);
	free(token);
	free(path);
	return result;
}

void
setup_put(struct buf *out, const struct setup *s, const char *token_file)
{
	(void)buf_puts(out,
	    "# Written by cefctl setup; cefd.conf(5) tells of every option.\n");
	(void)buf_printf(out, "source \"%s\" {\n", s->name);
	put_setting(out, "host", s->host);
	put_setting(out, "token-file", token_file);
	put_setting(out, "ca-file", s->api_ca);
	(void)buf_puts(out, "}\n");
	if (s->receiver == NULL)
		return;
	(void)buf_printf(out, "destination \"%s\" {\n", s->destination);
	(void)buf_printf(out, "\tservers = {\"%s\"}\n", s->receiver);
	put_setting(out, "transport", s->transport);
	if (strstr(s->transport, "relp") == NULL)
		put_setting(out, "framing", s->framing);
	if (s->fingerprint != NULL) {
		put_setting(out, "verify", "fingerprint");
		(void)buf_printf(
		    out, "\tfingerprints = {\"%s\"}\n", s->fingerprint);
	} else {
		put_setting(out, "ca-file", s->ca);
	}
	(void)buf_puts(out, "}\n");
}

static void
put_setting(struct buf *out, const char *key, const char *value)
{
	if (value != NULL && strcmp(value, "-") != 0)
		(void)buf_printf(out, "\t%s = \"%s\"\n", key, value);
}
