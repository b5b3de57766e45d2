/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes after setup: commands to paste.
 */
#include "config.h"

#include <libgen.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/service_user.h"
#include "ctl/ctl.h"
#include "ctl/setup.h"
#include "ctl/setup_write.h"

#define COMMAND_MAX 32768
/* Few but root have its folder in their PATH. */
#define PACKAGED "/usr/sbin/cefd"

static void warn_of_user(const struct setup *s);
static conf_error_fn say_nothing;
static void tell_systemd(const struct setup *s, const char *file);
static void tell_by_hand(const struct setup *s, const char *option);
static void put_word(struct buf *out, const char *word);

void
setup_tell_next(const struct setup *s)
{
	struct buf option;

	if (s->place != PLACE_OWN)
		warn_of_user(s);
	buf_init(&option, COMMAND_MAX);
	if (s->place != PLACE_SERVICE) {
		(void)buf_puts(&option, " -c ");
		put_word(&option, s->config);
	}
	(void)buf_putc(&option, '\0');
	(void)printf("\n%s is written. Next:\n", s->config);
	if (s->place != PLACE_OWN && access("/run/systemd/system", F_OK) == 0)
		tell_systemd(s, option.data);
	else
		tell_by_hand(s, option.data);
	buf_clear(&option);
}

/* What was there before may keep the service's user out. */
static void
warn_of_user(const struct setup *s)
{
	struct conf *conf = conf_peek(s->config, say_nothing, NULL);

	if (conf != NULL)
		service_user_check(s->config, conf);
	conf_unref(conf);
}

static void
say_nothing(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg)
{
	(void)severity;
	(void)file;
	(void)line;
	(void)what;
	(void)arg;
}

static void
tell_systemd(const struct setup *s, const char *option)
{
	const char *at = s->place == PLACE_INSTANCE ? "@" : "";
	const char *name = s->place == PLACE_INSTANCE ? s->stem : "";

	if (getpwnam(SERVICE_USER) == NULL)
		(void)printf("  systemd-sysusers && systemd-tmpfiles --create\n"
		             "                 make %s, its user, and its "
		             "folders\n",
		    SERVICE_USER);
	(void)printf("  systemctl enable --now cefd%s%s\n"
	             "                 start it, or, if it runs,\n"
	             "  systemctl reload cefd%s%s\n"
	             "  cefctl%s status\n"
	             "                 look at it\n",
	    at, name, at, name, option);
}

static void
tell_by_hand(const struct setup *s, const char *option)
{
	struct conf *conf = conf_defaults();
	char *socket =
	    xstrdup(s->socket != NULL ? s->socket : conf->control_socket);
	const char *folder = dirname(socket);

	if (access(folder, F_OK) == -1)
		(void)printf("  mkdir -p %s\n"
		             "                 for its control socket\n",
		    folder);
	(void)printf("  %s%s\n"
	             "                 start it, or, if it runs,\n"
	             "  cefctl%s reload\n"
	             "  cefctl%s status\n"
	             "                 look at it\n",
	    access(PACKAGED, X_OK) == 0 ? PACKAGED : "cefd", option, option,
	    option);
	if (s->place == PLACE_OWN)
		(void)printf("Its spool is %s, its control socket %s.\n",
		    s->spool, s->socket);
	free(socket);
	conf_unref(conf);
}

/* As a shell takes it. */
static void
put_word(struct buf *out, const char *word)
{
	if (word[strcspn(word, " \t\n\"'\\$`&|;<>()*?[]{}#~!")] == '\0') {
		(void)buf_puts(out, word);
		return;
	}
	(void)buf_putc(out, '\'');
	for (; *word != '\0'; word++)
		if (*word == '\'')
			(void)buf_puts(out, "'\\''");
		else
			(void)buf_putc(out, *word);
	(void)buf_putc(out, '\'');
}
