/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in the way of writing, as far as the system tells it: errno is the
 * same for most of it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ctl/ctl.h"
#include "ctl/setup.h"
#include "ctl/setup_write.h"
#include "io/replace.h"

static const char *obstacle(const char *path);
static char *cure(const struct setup *s, const struct err *err);
static const char *usual_cure(const struct err *err);

int
setup_look(const struct setup *s, const char *path)
{
	const char *what = obstacle(path);
	char *old = NULL;
	struct stat st;
	struct err err;

	if (what != NULL)
		return ctl_fail(EX_CANTCREAT, path, what);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return strcmp(path, s->folder) == 0
		    ? EX_OK
		    : ctl_fail(EX_CANTCREAT, path,
		          "is a folder: move it away, or name a file "
		          "elsewhere with -c");
	/* As it is kept later, if it is there. */
	if (replace_keep(path, &old) == -1) {
		(void)err_set(&err, err_code_of_errno(errno), "%s: %s", path,
		    strerror(errno));
		return setup_fail(s, &err);
	}
	if (old != NULL)
		(void)unlink(old);
	free(old);
	return EX_OK;
}

int
setup_fail(const struct setup *s, const struct err *err)
{
	char *what = cure(s, err);

	(void)ctl_fail(EX_CANTCREAT, err->text, what);
	free(what);
	return EX_CANTCREAT;
}

/* statx(2): a folder may well be a mount, a file cannot be replaced then. */
static const char *
obstacle(const char *path)
{
	struct statvfs fs;
	struct statx st;

	if (statvfs(path, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0)
		return "is on a read-only file system: have it mounted "
		       "writable (findmnt -T shows it), or name a file "
		       "elsewhere with -c";
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) == -1)
		return NULL;
	if ((st.stx_attributes & STATX_ATTR_IMMUTABLE) != 0)
		return "is immutable: let it be changed (chattr -i), or name "
		       "a file elsewhere with -c";
	if ((st.stx_attributes & STATX_ATTR_APPEND) != 0)
		return "can only be added to: let it be changed (chattr -a), "
		       "or name a file elsewhere with -c";
	if ((st.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 &&
	    !S_ISDIR(st.stx_mode))
		return "is a mount of its own, so that nothing can take its "
		       "place: mount its folder instead (umount ends this "
		       "one), or name a file elsewhere with -c";
	return NULL;
}

static char *
cure(const struct setup *s, const struct err *err)
{
	char *token = s->name != NULL ? setup_token_path(s) : NULL;
	const char *const paths[] = {s->folder, s->config, token};
	char *result = NULL;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const char *what = paths[i] != NULL ? obstacle(paths[i]) : NULL;

		if (what != NULL && result == NULL)
			result = xasprintf("%s %s", paths[i], what);
	}
	free(token);
	return result != NULL ? result : xstrdup(usual_cure(err));
}

static const char *
usual_cure(const struct err *err)
{
	switch (err->code) {
	case ERR_DENIED:
		if (geteuid() == 0)
			return "findmnt -T and lsattr show what keeps even "
			       "root from it: change that, or name a file "
			       "elsewhere with -c";
		return "be root, or name a file in a folder that you can write "
		       "with -c";
	case ERR_FULL:
		return "make room on that disk, or name a file on another one "
		       "with -c";
	case ERR_BAD:
		return "correct what is told above";
	case ERR_NONE:
	case ERR_AGAIN:
	case ERR_IO:
	case ERR_CORRUPT:
		break;
	}
	return "name a file elsewhere with -c";
}
