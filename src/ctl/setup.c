/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first configuration, question by question. What was answered is tried at
 * once, with the same steps as `cefctl test`, and nothing is written before all
 * of it is known.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/service_user.h"
#include "ctl/alone.h"
#include "ctl/ctl.h"
#include "ctl/examine.h"
#include "ctl/prompts.h"
#include "ctl/sentences.h"
#include "ctl/setup.h"
#include "ctl/setup_write.h"
#include "io/reach.h"

/* What to do about something that is not well. */
enum choice { CHOICE_AGAIN, CHOICE_KEEP, CHOICE_QUIT };

static int set_up(struct setup *s, const char *config);
static int may_replace(
    struct setup *s, const char *path, const char *state, const char *cure);
static int stays(const char *path, const char *state, const char *cure);
static int may_replace_token(struct setup *s);
static int until_well(
    struct setup *s, int (*ask)(struct setup *s), int (*try)(struct setup *s));
static int ask_source(struct setup *s);
static int try_source(struct setup *s);
static int try_reading(const struct setup *s, const char *file);
static int ask_destination(struct setup *s);
static int try_destination(struct setup *s);
static int may_trust(struct setup *s, const char *fingerprint);
static bool is_fingerprint(const char *answer, const char *fingerprint);
static enum choice choose(struct setup *s, int status);

int
ctl_setup(const struct ctl *ctl)
{
	struct setup s = {0};
	struct err err;
	int status;

	if (prompts_new(
	        &s.prompts, ctl->answers, setup_keys(), "token", &err) == -1)
		return ctl_fail(err.code == ERR_DENIED ? EX_NOPERM : EX_USAGE,
		    "setup", err.text);
	status =
	    set_up(&s, ctl->config != NULL ? ctl->config : CTL_CONFIG_DEFAULT);
	setup_clear(&s);
	return status;
}

static int
set_up(struct setup *s, const char *config)
{
	int status = setup_place(s, config);

	if (status == EX_OK)
		status = may_replace(
		    s, s->config, "is there", "or name another file with -c");
	if (status == EX_OK)
		status = until_well(s, ask_source, try_source);
	if (status == EX_OK)
		status = may_replace_token(s);
	if (status == EX_OK)
		status = until_well(s, ask_destination, try_destination);
	if (status == EX_OK)
		status = setup_write(s);
	if (status == EX_OK)
		setup_tell_next(s);
	return status;
}

static int
may_replace(
    struct setup *s, const char *path, const char *state, const char *cure)
{
	char *question;
	struct stat st;
	int yes;

	/* A link that leads nowhere is somebody's, too. */
	if (lstat(path, &st) == -1)
		return setup_look(s, path);
	question = xasprintf("%s is there: write a new one, and keep the old "
	                     "one beside it (.old)?",
	    path);
	yes = prompts_confirm(s->prompts, "overwrite", question, false);
	free(question);
	if (yes == -1)
		return EX_DATAERR;
	return yes ? setup_look(s, path) : stays(path, state, cure);
}

static int
stays(const char *path, const char *state, const char *cure)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));
	bool dangles = len != -1 && access(path, F_OK) == -1 && errno == ENOENT;
	char *link = xasprintf("is a link to %.*s, which is not there",
	    (int)(dangles ? len : 0), target);
	char *why = xasprintf("%s, and stays: answer yes (overwrite = yes), %s",
	    dangles ? link : state, cure);

	(void)ctl_fail(EX_CANTCREAT, path, why);
	free(why);
	free(link);
	return EX_CANTCREAT;
}

/* It may be that of another configuration, or put there by hand. */
static int
may_replace_token(struct setup *s)
{
	char *path = setup_token_path(s);
	int status;

	if (setup_has_token(s, path))
		status = setup_look(s, path);
	else
		status = may_replace(s, path, "is there with another token",
		    "or give the source another name");
	free(path);
	return status;
}

static int
until_well(
    struct setup *s, int (*ask)(struct setup *s), int (*try)(struct setup *s))
{
	for (;;) {
		int status;

		if (ask(s) == -1)
			return EX_DATAERR;
		status = try(s);
		if (status == EX_OK)
			return EX_OK;
		switch (choose(s, status)) {
		case CHOICE_AGAIN:
			continue;
		case CHOICE_KEEP:
			return EX_OK;
		case CHOICE_QUIT:
			return status;
		}
	}
}

static int
ask_source(struct setup *s)
{
	if (setup_ask(s, "name", &s->name) == -1 ||
	    setup_ask(s, "host", &s->host) == -1 ||
	    setup_ask(s, "proxy", &s->proxy) == -1 ||
	    setup_ask(s, "api-ca-file", &s->api_ca) == -1)
		return -1;
	secret_free(s->token);
	s->token = prompts_ask_secret(s->prompts, "token",
	    "The token, from the portal under Settings, Integrations, "
	    "Abnormal REST API (it is not shown)");
	return s->token != NULL ? 0 : -1;
}

static int
try_source(struct setup *s)
{
	int status, reads;
	struct conf *conf = setup_draft(s, &status);

	if (conf == NULL)
		return status;
	status = examine_source(conf, NULL);
	conf_unref(conf);
	reads = try_reading(s, s->api_ca);
	return status != EX_OK ? status : reads;
}

/* Whoever asks, often root, has read it; the service runs as another user. */
static int
try_reading(const struct setup *s, const char *file)
{
	const struct passwd *user = geteuid() == 0 && s->place != PLACE_OWN
	    ? getpwnam(SERVICE_USER)
	    : NULL;
	char *barrier = NULL;

	if (file == NULL || strcmp(file, "-") == 0)
		return EX_OK;
	if (s->place != PLACE_OWN && reach_is_hidden(file)) {
		ctl_say("%s: the service does not see that folder, so that "
		        "cefd would not start: put it into %s with mode 0644, "
		        "and name it there",
		    file, s->folder);
		return 1;
	}
	if (user == NULL || reach_may(user, file, R_OK, &barrier))
		return EX_OK;
	ctl_say("%s: the service's user %s cannot read it, so that cefd would "
	        "not start: put it into %s with mode 0644, and name it there",
	    file, user->pw_name, s->folder);
	free(barrier);
	return 1;
}

static int
ask_destination(struct setup *s)
{
	if (setup_ask(s, "destination", &s->destination) == -1 ||
	    setup_ask(s, "receiver", &s->receiver) == -1 ||
	    setup_ask(s, "transport", &s->transport) == -1 ||
	    setup_ask(s, "framing", &s->framing) == -1)
		return -1;
	if (strstr(s->transport, "tls") != NULL)
		return setup_ask(s, "ca-file", &s->ca);
	free(s->ca);
	s->ca = NULL;
	return 0;
}

/* Once more, if only the trust was missing and was given. */
static int
try_destination(struct setup *s)
{
	struct conf *conf;
	int status, reads, trust = 1;

	free(s->fingerprint);
	s->fingerprint = NULL;
	for (;;) {
		char *fingerprint = NULL;

		conf = setup_draft(s, &status);
		if (conf == NULL)
			return status;
		status = alone_test(&conf->destinations[0], &fingerprint);
		conf_unref(conf);
		if (fingerprint == NULL || s->fingerprint != NULL) {
			free(fingerprint);
			reads = s->fingerprint == NULL ? try_reading(s, s->ca)
			                               : EX_OK;
			return status != EX_OK ? status : reads;
		}
		trust = may_trust(s, fingerprint);
		if (trust != 1) {
			free(fingerprint);
			return trust == -1 ? EX_DATAERR : status;
		}
		s->fingerprint = fingerprint;
	}
}

/* In a file, "yes" takes what is shown; the fingerprint itself is better. */
static int
may_trust(struct setup *s, const char *fingerprint)
{
	char *question, *answer;
	int yes;

	if (prompts_are_live(s->prompts)) {
		question =
		    xasprintf("Trust the certificate above, and no other (%s)?",
		        fingerprint);
		yes = prompts_confirm(s->prompts, "trust", question, false);
		free(question);
		return yes;
	}
	answer = prompts_ask(s->prompts, "trust", "", "no");
	yes = strcasecmp(answer, "yes") == 0 ||
	    is_fingerprint(answer, fingerprint);
	if (!yes && strcasecmp(answer, "no") != 0)
		ctl_say(
		    "trust: %s is not the fingerprint of the "
		    "certificate above: have the receiver's own shown (openssl "
		    "x509 -noout -fingerprint -sha256 -in CERTIFICATE)",
		    answer);
	if (!yes)
		ctl_say("trust: if the certificate above is the "
		        "receiver's, answer trust = %s; otherwise give its "
		        "authority in ca-file",
		    fingerprint);
	free(answer);
	return yes;
}

/* Written as RFC 5425 does, with "sha-256:", or as openssl does, behind "sha256
 * Fingerprint="; in upper or lower case, with or without colons. */
static bool
is_fingerprint(const char *answer, const char *fingerprint)
{
	const char *digits = strrchr(answer, '=');

	digits = digits != NULL ? digits + 1 : answer;
	if (strncasecmp(digits, "sha-256:", 8) == 0)
		digits += 8;
	else if (strncasecmp(digits, "sha256:", 7) == 0)
		digits += 7;
	fingerprint += strlen("sha-256:");
	for (; *fingerprint != '\0'; fingerprint++) {
		if (*fingerprint == ':') {
			digits += *digits == ':';
			continue;
		}
		if (strncasecmp(digits, fingerprint, 1) != 0)
			return false;
		digits++;
	}
	return *digits == '\0';
}

static enum choice
choose(struct setup *s, int status)
{
	char *answer;
	char first;

	/* No answer makes room on a disk. */
	if (status == EX_CANTCREAT)
		return CHOICE_QUIT;
	/* What is no configuration cannot be kept. */
	if (status == EX_DATAERR)
		return prompts_are_live(s->prompts) ? CHOICE_AGAIN
		                                    : CHOICE_QUIT;
	if (!prompts_are_live(s->prompts)) {
		if (prompts_confirm(s->prompts, "even-if-unwell", "", false) ==
		    1)
			return CHOICE_KEEP;
		(void)ctl_fail(1, "setup",
		    "nothing is written: correct what is not well above, or "
		    "keep it so with even-if-unwell = yes");
		return CHOICE_QUIT;
	}
	for (;;) {
		answer = prompts_ask(s->prompts, "",
		    "Not well. Answer again (a), keep it so (k) or quit (q)",
		    "a");
		if (answer == NULL)
			return CHOICE_QUIT;
		first = answer[0];
		free(answer);
		if (first == 'a')
			return CHOICE_AGAIN;
		if (first == 'k')
			return CHOICE_KEEP;
		if (first == 'q') {
			(void)ctl_fail(status, "setup",
			    "nothing is written: begin again with cefctl "
			    "setup");
			return CHOICE_QUIT;
		}
	}
}
