/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors go to the log when the daemon runs, and to stderr as FILE:LINE when a
 * person asked with --check.
 */
#include "config.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/service_user.h"
#include "daemon/settings.h"
#include "io/log.h"

static void log_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg);
static void print_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg);
static void check_spool(const char *file, const char *path);
static void check_socket(const char *file, const char *path);
static void check_above(
    const char *file, const char *what, const char *path, const char *above);
static bool same(const char *a, const char *b);

struct conf *
settings_load(const char *file)
{
	struct conf *conf = conf_load(file, log_fault, NULL);

	if (conf == NULL && access(file, R_OK) == 0)
		log_error("conf",
		    "correct it, and try it with cefd --check -c %s", file);
	return conf;
}

int
settings_show(const char *file, bool print)
{
	struct conf *conf = conf_load(file, print_fault, NULL);

	if (conf == NULL && access(file, R_OK) == 0)
		(void)fprintf(stderr,
		    "correct it, and try again: cefd --check -c %s; "
		    "cefd.conf(5) tells of each option\n",
		    file);
	if (conf == NULL)
		return EX_CONFIG;
	if (!print) {
		check_spool(file, conf->spool_path);
		check_socket(file, conf->control_socket);
		service_user_check(file, conf);
	}
	if (print)
		conf_print(conf, stdout);
	else
		(void)printf("%s: ok\n", file);
	conf_unref(conf);
	return EX_OK;
}

/* It is made at the start, and what it is to stand in is not. */
static void
check_spool(const char *file, const char *path)
{
	char *copy = xstrdup(path);
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		(void)fprintf(stderr,
		    "%s: warning: spool path: %s: is there, and no folder: "
		    "set another path, or take it away\n",
		    file, path);
	else
		check_above(file, "spool path", path, dirname(copy));
	free(copy);
}

/* Its folder is made, too. */
static void
check_socket(const char *file, const char *path)
{
	char *copy = xstrdup(path), *above = dirname(copy);
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		(void)fprintf(stderr,
		    "%s: warning: control socket: %s: is there, and no "
		    "socket: set another path, or take it away\n",
		    file, path);
	else
		check_above(file, "control socket", path,
		    access(above, F_OK) == 0 ? above : dirname(above));
	free(copy);
}

/* Who may write there is another user's matter. */
static void
check_above(
    const char *file, const char *what, const char *path, const char *above)
{
	struct stat st;
	int error = stat(above, &st) == -1 ? errno
	    : S_ISDIR(st.st_mode)          ? 0
	                                   : ENOTDIR;

	if (error == ENOENT || error == ENOTDIR)
		(void)fprintf(stderr,
		    "%s: warning: %s: %s: %s: %s: make the folder that it is "
		    "to stand in, or set another path\n",
		    file, what, path, above, strerror(error));
}

int
settings_check_change(
    const struct conf *before, const struct conf *after, struct err *err)
{
	const char *what = NULL;

	if (!same(before->spool_path, after->spool_path))
		what = "spool path";
	else if (!same(before->control_socket, after->control_socket))
		what = "control socket";
	if (what == NULL)
		return 0;
	return err_set(err, ERR_BAD,
	    "%s cannot change without a restart: restart cefd for it", what);
}

static void
log_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg)
{
	(void)arg;
	if (severity == CONF_WARNING)
		log_warn("conf", "%s:%d: %s", file, line, what);
	else if (line > 0)
		log_error("conf", "%s:%d: %s", file, line, what);
	else
		log_error("conf", "%s: %s", file, what);
}

static void
print_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg)
{
	(void)arg;
	if (line > 0)
		(void)fprintf(stderr, "%s:%d: ", file, line);
	else
		(void)fprintf(stderr, "%s: ", file);
	(void)fprintf(stderr, "%s%s\n",
	    severity == CONF_WARNING ? "warning: " : "", what);
}

static bool
same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}
