/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The path of a configuration says which cefd is to run with it, and with that
 * where its spool and its socket are: those of the units where it is in their
 * folder, and beside it elsewhere, so that whoever owns that folder needs no
 * other. That all of it can be written is seen before the first question.
 */
#include "config.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/scratch.h"
#include "ctl/setup.h"
#include "ctl/setup_write.h"
#include "io/replace.h"

/* A path and its NUL. */
#define SOCKET_MAX (sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1)
#define SUFFIX ".conf"
#define NO_FILE "is a folder: name a file in it with -c"

static char *absolute(const char *path);
static char *folder_of(const char *path);
static char *stem_of(const char *path);
static void choose_places(struct setup *s);
static char *of_instance(const char *path, const char *stem);
static bool is_instance(const struct setup *s);
static int look(struct setup *s);
static int try_disk(const struct setup *s);
static int fill(const struct setup *s, const char *folder, struct err *err);

int
setup_place(struct setup *s, const char *file)
{
	if (file[strcspn(file, "\r\n")] != '\0')
		return ctl_fail(EX_CANTCREAT, file,
		    "an end of line is in the name: take another one");
	if (file[0] != '\0' && file[strlen(file) - 1] == '/')
		return ctl_fail(EX_CANTCREAT, file, NO_FILE);
	s->config = absolute(file);
	s->folder = folder_of(s->config);
	s->stem = stem_of(s->config);
	choose_places(s);
	return look(s);
}

/* As far as it is there without links and dots; the rest as it is given. */
static char *
absolute(const char *path)
{
	char *folder = folder_of(path), *copy = xstrdup(path);
	char *name = basename(copy), *real = realpath(folder, NULL), *result;

	if (real == NULL && strcmp(folder, "/") != 0 &&
	    strcmp(folder, ".") != 0)
		real = absolute(folder);
	if (real == NULL)
		real = xstrdup(folder);
	result = xasprintf("%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
	free(real);
	free(copy);
	free(folder);
	return result;
}

static char *
folder_of(const char *path)
{
	char *copy = xstrdup(path);
	char *folder = xstrdup(dirname(copy));

	free(copy);
	return folder;
}

static char *
stem_of(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t len = strlen(name), end = strlen(SUFFIX);

	if (len > end && strcmp(name + len - end, SUFFIX) == 0)
		len -= end;
	return xstrndup(name, len);
}

static void
choose_places(struct setup *s)
{
	char *services = absolute(CTL_CONFIG_DEFAULT);
	char *folder = folder_of(services);
	struct conf *standard = conf_defaults();

	if (strcmp(s->config, services) == 0) {
		s->place = PLACE_SERVICE;
	} else if (strcmp(s->folder, folder) == 0 && is_instance(s)) {
		char *runs = folder_of(standard->control_socket);
		char *its = of_instance(runs, s->stem);

		s->place = PLACE_INSTANCE;
		s->spool = of_instance(standard->spool_path, s->stem);
		s->socket = xasprintf(
		    "%s%s", its, strrchr(standard->control_socket, '/'));
		free(its);
		free(runs);
	} else {
		s->place = PLACE_OWN;
		s->spool = xasprintf("%s/%s.spool", s->folder, s->stem);
		s->socket = xasprintf("%s/%s.sock", s->folder, s->stem);
	}
	conf_unref(standard);
	free(folder);
	free(services);
}

/* As the template unit names its folders. */
static char *
of_instance(const char *path, const char *stem)
{
	return xasprintf("%s-%s", path, stem);
}

/* The template unit reads STEM.conf. These are the characters that systemd
 * takes as they are (systemd.unit(5), "String Escaping"). */
static bool
is_instance(const struct setup *s)
{
	return strcmp(strrchr(s->config, '/') + 1 + strlen(s->stem), SUFFIX) ==
	    0 &&
	    s->stem[0] != '.' &&
	    s->stem[strspn(s->stem,
	        "abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

static int
look(struct setup *s)
{
	struct stat st;
	struct conf *conf;
	struct err err;
	int status;

	if (s->socket != NULL && strlen(s->socket) > SOCKET_MAX)
		return ctl_fail(EX_CANTCREAT, s->socket,
		    "too long for the path of a socket: name a file in a "
		    "folder with a shorter path with -c");
	if (stat(s->config, &st) == -1 && errno == EACCES) {
		(void)err_set(
		    &err, ERR_DENIED, "%s: %s", s->config, strerror(errno));
		return setup_fail(s, &err);
	}
	if (stat(s->config, &st) == 0 && !S_ISREG(st.st_mode))
		return ctl_fail(EX_CANTCREAT, s->config,
		    S_ISDIR(st.st_mode)
		        ? NO_FILE
		        : "is no regular file: name another one with -c");
	status = setup_look(s, s->folder);
	if (status != EX_OK)
		return status;
	status = try_disk(s);
	if (status != EX_OK)
		return status;
	conf = setup_draft(s, &status);
	if (conf == NULL)
		return EX_CANTCREAT;
	conf_unref(conf);
	return EX_OK;
}

/* That there is room for both files, on the disk that they will be on. */
static int
try_disk(const struct setup *s)
{
	/* With those that replace_file() writes before. */
	static const char *const files[] = {
	    "token", "token.new", "cefd.conf", "cefd.conf.new", NULL};
	char *above = folder_of(s->folder);
	const char *where = s->folder;
	struct scratch *scratch = NULL;
	struct err err;
	int status = EX_OK;

	if (access(s->folder, F_OK) == -1 && errno == ENOENT)
		where = above; /* it will be made */
	if (access(where, F_OK) == -1 && errno == ENOENT)
		status = ctl_fail(EX_CANTCREAT, s->folder,
		    "no such folder: make it (mkdir -p), or name a file "
		    "elsewhere with -c");
	else if (scratch_new(&scratch, where, files, &err) == -1 ||
	    fill(s, scratch_path(scratch), &err) == -1)
		status = setup_fail(s, &err);
	scratch_free(scratch);
	free(above);
	return status;
}

/* Nothing is answered yet, and no token given. */
static int
fill(const struct setup *s, const char *folder, struct err *err)
{
	const struct replace how = {
	    .mode = S_IRUSR | S_IWUSR, .group = (gid_t)-1};
	char *token = xasprintf("%s/token", folder);
	char *conf = xasprintf("%s/cefd.conf", folder);
	const struct setup_files files = {token, "none", conf};
	int result = setup_put_files(s, &files, &how, &how, err);

	free(conf);
	free(token);
	return result;
}
