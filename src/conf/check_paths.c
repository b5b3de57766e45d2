/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A destination that is a file takes what stands at its end for its own torn
 * record. So it shares it with no other, and with nothing else that is ours.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/build.h"
#include "conf/conf.h"
#include "conf/findings.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "io/beside.h"
#include "io/file.h"

/* One path, compared with others. */
struct path {
	const char *path;
	const struct beside_path *tried; /* of each destination */
	int line;
	struct findings *findings;
};

static struct beside_path *try_all(const struct conf *conf, bool open_files);
static bool hangs(const struct beside_path *tried);
static void tell(const struct path *path, const struct beside_path *tried);
static void check_path(
    struct path *path, const char *file, const struct conf *conf, size_t at);
static conf_file_fn on_file;
static void check_spool(const struct path *path, const char *spool);
static bool compare(
    const struct path *path, const char *other, const char *what);

void
check_paths(const struct raw *raw, const char *file, const struct conf *conf,
    bool open_files, struct findings *findings)
{
	const struct option_section *kind =
	    &option_sections[SECTION_DESTINATION];
	struct beside_path *tried = try_all(conf, open_files);
	struct path path = {.tried = tried, .findings = findings};
	size_t at = 0;

	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_setting *setting;

		if (raw->sections[i].section != kind)
			continue;
		setting = raw_find(
		    &raw->sections[i], option_find(kind, TEXT("path")));
		path.path = tried[at].path;
		if (path.path != NULL && setting != NULL) {
			path.line = setting->line;
			check_path(&path, file, conf, at);
			tell(&path, &tried[at]);
		}
		at++;
	}
	free(tried);
}

/* Those that are no files have no path. Not one is looked at here that hangs. */
static struct beside_path *
try_all(const struct conf *conf, bool open_files)
{
	struct beside_path *tried =
	    xcalloc(conf->destination_count + 1, sizeof(*tried));
	struct beside_path *asked =
	    xcalloc(conf->destination_count + 1, sizeof(*asked));
	size_t count = 0;

	for (size_t i = 0; i < conf->destination_count; i++) {
		const struct conf_destination *d = &conf->destinations[i];

		if (d->transport != TRANSPORT_FILE || d->path == NULL)
			continue;
		tried[i].path = d->path;
		tried[i].end = d->framing == FRAMING_NUL ? '\0' : '\n';
		asked[count++] = tried[i];
	}
	(open_files ? beside_try : beside_look)(asked, count);
	for (size_t i = conf->destination_count; i-- > 0;)
		if (tried[i].path != NULL)
			tried[i] = asked[--count];
	free(asked);
	return tried;
}

/* It may be mounted later, or have room again, so that the other destinations
 * need not wait for it. */
static void
tell(const struct path *path, const struct beside_path *tried)
{
	if (tried->result != 0 && tried->err.code != ERR_FULL)
		findings_warning(
		    path->findings, path->line, "path: %s", tried->err.text);
}

static void
check_path(
    struct path *path, const char *file, const struct conf *conf, size_t at)
{
	bool is_there = !hangs(&path->tried[at]);

	for (size_t i = 0; i < at; i++)
		if (path->tried[i].path != NULL &&
		    (strcmp(path->tried[i].path, path->path) == 0 ||
		        (is_there && !hangs(&path->tried[i]) &&
		            file_is_same(path->tried[i].path, path->path))))
			findings_error(path->findings, path->line,
			    "path: destination \"%s\" writes to it already: "
			    "give each a file of its own",
			    conf->destinations[i].name);
	if (!is_there)
		return;
	conf_each_file(conf, on_file, path);
	(void)compare(path, file, "this file");
	(void)compare(path, conf->control_socket, "the control socket");
	check_spool(path, conf->spool_path);
}

static bool
hangs(const struct beside_path *tried)
{
	return tried->result == -1 && tried->err.code == ERR_AGAIN;
}

static void
on_file(const char *section, const char *title, const char *option,
    const char *path, void *arg)
{
	char *what = xasprintf("the %s of %s \"%s\"", option, section, title);

	(void)compare(arg, path, what);
	free(what);
}

/* What has another name in another folder, too. */
static void
check_spool(const struct path *path, const char *spool)
{
	const char *slash = strrchr(path->path, '/');
	const char *names[] = {
	    slash != NULL ? slash + 1 : path->path, "data.mdb", "lock.mdb"};
	bool same = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !same; i++) {
		char *other = xasprintf("%s/%s", spool, names[i]);

		same = compare(path, other, "a file of the spool");
		free(other);
	}
}

static bool
compare(const struct path *path, const char *other, const char *what)
{
	bool same = file_is_same(path->path, other);

	if (same)
		findings_error(path->findings, path->line,
		    "path: is %s: give the records a file of their own", what);
	return same;
}
