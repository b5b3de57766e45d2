/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files as the packages would have them: root's, and read by cefd's group.
 * Where there is no such user they are the writer's own.
 */
#include "config.h"

#include <errno.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "ctl/setup.h"
#include "io/replace.h"

#define TEXT_MAX_BYTES 65536
#define USER "_cefd"

static int make_folder(const char *path, struct err *err);

int
setup_write(const struct setup *s, struct err *err)
{
	const struct passwd *user = geteuid() == 0 ? getpwnam(USER) : NULL;
	const struct replace_owner owner = {
	    (uid_t)-1, user != NULL ? user->pw_gid : (gid_t)-1};
	const mode_t mode = S_IRUSR | S_IWUSR | (user != NULL ? S_IRGRP : 0);
	char *copy = xstrdup(s->config);
	const char *folder = dirname(copy);
	char *token = xasprintf("%s/%s.token", folder, s->name);
	struct buf out;
	int result = -1;

	buf_init(&out, TEXT_MAX_BYTES);
	setup_put(&out, s, token);
	/* The token first: a configuration must not name what is not there. */
	if (make_folder(folder, err) == 0 &&
	    replace_file(token, text_of(s->token), mode, &owner, false, err) ==
	        0)
		result = replace_file(s->config,
		    (struct text){out.data, out.len}, mode, &owner, true, err);
	buf_clear(&out);
	free(token);
	free(copy);
	return result;
}

static int
make_folder(const char *path, struct err *err)
{
	if (mkdir(path, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) == 0 ||
	    errno == EEXIST)
		return 0;
	return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}
