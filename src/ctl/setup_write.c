/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files as the packages would have them: root's, and read by cefd's group.
 * Where there is no such user they are the writer's own.
 */
#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/service_user.h"
#include "ctl/ctl.h"
#include "ctl/setup.h"
#include "ctl/setup_write.h"
#include "io/file.h"
#include "io/replace.h"

/* The source's name alone is in the names of the service's own files. */
#define STEM "cefd"

static int write_both(
    const struct setup *s, const char *token, struct err *err);
static void take_back(const struct setup *s, const char *token, bool had_token,
    const char *old, bool made_folder);
static int make_folder(const struct setup *s, bool *ret_made, struct err *err);
static int check_conf(const char *fresh, struct err *err);
static void tell_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg);

char *
setup_token_path(const struct setup *s)
{
	if (strcmp(s->stem, STEM) == 0)
		return xasprintf("%s/%s.token", s->folder, s->name);
	return xasprintf("%s/%s-%s.token", s->folder, s->stem, s->name);
}

bool
setup_has_token(const struct setup *s, const char *path)
{
	char *secret;
	bool same;

	if (file_read_secret(path, &secret, NULL) == -1)
		return false;
	same = text_eq(text_of(secret), text_of(s->token));
	secret_free(secret);
	return same;
}

int
setup_write(const struct setup *s)
{
	char *token = setup_token_path(s), *old = NULL;
	bool had_token = access(token, F_OK) == 0, made = false;
	sigset_t all, before;
	struct err err;
	int result;

	/* All or nothing, whatever would end it in between. */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	result = make_folder(s, &made, &err);
	if (result == 0 && !setup_has_token(s, token) &&
	    replace_keep(token, &old) == -1)
		result = err_set(&err, err_code_of_errno(errno), "%s: %s",
		    token, strerror(errno));
	if (result == 0)
		result = write_both(s, token, &err);
	if (result == -1)
		take_back(s, token, had_token, old, made);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	/* Two names in one may be the same as two others. */
	if (result == 0 && old != NULL)
		ctl_say("%s: another token was there, it is %s now: if another "
		        "configuration names that file, put it back, and give "
		        "this source another name",
		    token, old);
	free(old);
	free(token);
	return result == 0 ? EX_OK : setup_fail(s, &err);
}

/* All or nothing. */
static void
take_back(const struct setup *s, const char *token, bool had_token,
    const char *old, bool made_folder)
{
	if (old != NULL) {
		(void)rename(old, token);
		(void)unlink(old); /* where both are still one */
	} else if (!had_token) {
		(void)unlink(token);
	}
	if (made_folder)
		(void)rmdir(s->folder);
}

static int
write_both(const struct setup *s, const char *token, struct err *err)
{
	const struct passwd *user =
	    geteuid() == 0 ? getpwnam(SERVICE_USER) : NULL;
	const struct setup_files files = {token, s->token, s->config};
	struct replace how = {
	    .mode = S_IRUSR | S_IWUSR | (user != NULL ? S_IRGRP : 0),
	    .group = user != NULL ? user->pw_gid : (gid_t)-1};
	struct replace how_config = how;

	how_config.keep = true;
	how_config.check = check_conf;
	return setup_put_files(s, &files, &how, &how_config, err);
}

/* The token first: a configuration must not name what is not there. */
int
setup_put_files(const struct setup *s, const struct setup_files *files,
    const struct replace *how_token, const struct replace *how_config,
    struct err *err)
{
	struct buf out;
	int result;

	buf_init(&out, SETUP_TEXT_MAX);
	setup_put(&out, s, files->token);
	result =
	    replace_file(files->token, text_of(files->secret), how_token, err);
	if (result == 0)
		result = replace_file(files->config,
		    (struct text){out.data, out.len}, how_config, err);
	buf_clear(&out);
	return result;
}

/* That of the services is as the packages have it, whatever the umask: their
 * user has to read what is in it. */
static int
make_folder(const struct setup *s, bool *ret_made, struct err *err)
{
	const mode_t mode = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;

	*ret_made = mkdir(s->folder, mode) == 0;
	if (!*ret_made && errno == EEXIST)
		return 0;
	if (*ret_made && (s->place == PLACE_OWN || chmod(s->folder, mode) == 0))
		return 0;
	return err_set(err, err_code_of_errno(errno), "%s: %s", s->folder,
	    strerror(errno));
}

/* What `cefd --check` does. */
static int
check_conf(const char *fresh, struct err *err)
{
	struct conf *conf = conf_load(fresh, tell_fault, NULL);

	if (conf == NULL)
		return err_set(err, ERR_BAD,
		    "cefd would not start with it, so nothing is written");
	conf_unref(conf);
	return 0;
}

static void
tell_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg)
{
	(void)arg;
	if (severity == CONF_ERROR)
		ctl_say("%s:%d: %s", file, line, what);
}
