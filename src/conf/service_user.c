/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd hands over (LoadCredential=) is its business, and is left out.
 */
#include "config.h"

#include <libgen.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "conf/service_user.h"
#include "io/reach.h"

#define SERVICE_FOLDER "/etc/cefd/"

struct check {
	const char *file;
	const struct passwd *user;
};

static conf_file_fn on_file;
static void check_one(
    const struct check *check, const char *what, const char *path);
static bool is_hidden(
    const struct check *check, const char *what, const char *path);
static void check_spool(const struct check *check, const char *path);
static void check_socket(const struct check *check, const char *path);
static void tell_folder(const struct check *check, const char *what,
    const char *path, const char *folder);
static void tell(const struct check *check, const char *what, const char *path,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

void
service_user_check(const char *file, const struct conf *conf)
{
	struct check check = {file, NULL};

	if (geteuid() == 0)
		check.user = getpwnam(SERVICE_USER);
	if (check.user == NULL)
		return;
	check_one(&check, "", file);
	conf_each_file(conf, on_file, &check);
	for (size_t i = 0; i < conf->destination_count; i++)
		if (conf->destinations[i].path != NULL)
			(void)is_hidden(
			    &check, "path: ", conf->destinations[i].path);
	check_spool(&check, conf->spool_path);
	check_socket(&check, conf->control_socket);
}

static void
on_file(const char *section, const char *title, const char *option,
    const char *path, void *arg)
{
	const char *given = getenv("CREDENTIALS_DIRECTORY");
	char what[200];

	if (given != NULL && given[0] != '\0' &&
	    strncmp(path, given, strlen(given)) == 0)
		return;
	(void)snprintf(
	    what, sizeof(what), "%s \"%s\": %s: ", section, title, option);
	check_one(arg, what, path);
}

/* A life by hand may have its files anywhere. */
static bool
is_hidden(const struct check *check, const char *what, const char *path)
{
	char *real = realpath(check->file, NULL);
	bool is_service = real != NULL &&
	    strncmp(real, SERVICE_FOLDER, strlen(SERVICE_FOLDER)) == 0;

	free(real);
	if (!is_service || !reach_is_hidden(path))
		return false;
	tell(check, what, path,
	    "does not see that folder, or has another one of that name, which "
	    "goes when it stops: take one that is not below /tmp or a home");
	return true;
}

/* `what` is "", or ends with a colon. */
static void
check_one(const struct check *check, const char *what, const char *path)
{
	struct stat st;
	char *barrier;

	if (is_hidden(check, what, path))
		return;
	if (reach_may(check->user, path, R_OK, &barrier))
		return;
	if (stat(barrier, &st) == 0 && S_ISDIR(st.st_mode))
		tell_folder(check, what, path, barrier);
	else
		tell(check, what, path,
		    "cannot read it: chgrp %s %s && chmod 640 %s",
		    check->user->pw_name, barrier, barrier);
	free(barrier);
}

/* A life as root may have left a file that is root's. */
static void
check_spool(const struct check *check, const char *path)
{
	char *real = realpath(path, NULL), *barrier = NULL;
	char *data = xasprintf("%s/data.mdb", path);

	(void)is_hidden(check, "spool path: ", path);
	/* What is not there is well. */
	if (reach_may(check->user, path, R_OK | W_OK | X_OK, &barrier)) {
		if (!reach_may(check->user, data, R_OK | W_OK, &barrier))
			tell(check, "spool path: ", path,
			    "cannot write %s: chown -R %s: %s", data,
			    check->user->pw_name, path);
	} else if (real == NULL || strcmp(barrier, real) != 0)
		tell_folder(check, "spool path: ", path, barrier);
	else
		tell(check, "spool path: ", path,
		    "cannot write there: chown -R %s: %s", check->user->pw_name,
		    path);
	free(barrier);
	free(data);
	free(real);
}

static void
check_socket(const struct check *check, const char *path)
{
	char *copy = xstrdup(path), *folder = dirname(copy), *barrier = NULL;

	(void)is_hidden(check, "control socket: ", path);
	if (path[0] == '/' &&
	    !reach_may(check->user, folder, W_OK | X_OK, &barrier))
		tell(check, "control socket: ", path,
		    "cannot make it there: chown %s: %s, or take a folder of "
		    "its own",
		    check->user->pw_name, folder);
	free(barrier);
	free(copy);
}

static void
tell_folder(const struct check *check, const char *what, const char *path,
    const char *folder)
{
	tell(check, what, path,
	    "cannot get at it: chgrp %s %s && chmod g+rx %s, or take a place "
	    "that it gets at",
	    check->user->pw_name, folder, folder);
}

static void
tell(const struct check *check, const char *what, const char *path,
    const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr,
	    "%s: warning: %s%s: the service runs as %s, which ", check->file,
	    what, path, check->user->pw_name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}
