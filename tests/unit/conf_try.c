/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See conf_try.h.
 */
#include "config.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "certs.h"
#include "conf/conf.h"
#include "conf_try.h"

char conf_faults[65536];

static char folder[64];

const char *
conf_folder(void)
{
	if (folder[0] != '\0')
		return folder;
	(void)snprintf(folder, sizeof(folder), "/tmp/cefd-test-XXXXXX");
	assert(mkdtemp(folder) != NULL);
	conf_write("token", "secret-of-acme\n", 0640);
	assert(certs_write_all(folder) == 0);
	return folder;
}

void
conf_folder_remove(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert(dir != NULL);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			assert(unlinkat(dirfd(dir), entry->d_name, 0) == 0);
	(void)closedir(dir);
	assert(rmdir(folder) == 0);
	folder[0] = '\0';
}

void
conf_write(const char *name, const char *text, unsigned mode)
{
	char *path = xasprintf("%s/%s", conf_folder(), name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert(fd != -1);
	assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	assert(fchmod(fd, (mode_t)mode) == 0);
	(void)close(fd);
	free(path);
}

static void
keep(enum conf_severity severity, const char *file, int line, const char *what,
    void *arg)
{
	size_t len = strlen(conf_faults);

	(void)file;
	(void)arg;
	(void)snprintf(conf_faults + len, sizeof(conf_faults) - len,
	    "%d: %s%s\n", line, severity == CONF_WARNING ? "warning: " : "",
	    what);
}

struct conf *
conf_load_named(const char *name)
{
	char *path = xasprintf("%s/%s", conf_folder(), name);
	struct conf *conf = conf_load(path, keep, NULL);

	free(path);
	return conf;
}

struct conf *
conf_try(const char *text)
{
	conf_write("cefd.conf", text, 0600);
	conf_faults[0] = '\0';
	return conf_load_named("cefd.conf");
}

static struct conf *
try_with(const char *in_source, const char *in_destination)
{
	char *text = xasprintf("source \"acme\" { host = h token-file = token\n"
	                       "%s\n}\n"
	                       "destination \"d\" { servers = {\"r:6514\"}\n"
	                       "%s\n}\n",
	    in_source, in_destination);
	struct conf *conf = conf_try(text);

	free(text);
	return conf;
}

struct conf *
conf_try_source(const char *options)
{
	return try_with(options, "");
}

struct conf *
conf_try_destination(const char *options)
{
	return try_with("", options);
}
