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
	const bool *hangs; /* of each destination */
	int line;
	struct findings *findings;
};

static void check_path(struct path *path, const char *file,
    const struct conf *conf, const struct conf_destination *destination);
static conf_file_fn on_file;
static void check_spool(const struct path *path, const char *spool);
static bool compare(
    const struct path *path, const char *other, const char *what);

void
check_paths(const struct raw *raw, const char *file, const struct conf *conf,
    struct findings *findings)
{
	const struct option_section *kind =
	    &option_sections[SECTION_DESTINATION];
	const struct conf_destination *d = conf->destinations;
	bool *hangs = xcalloc(conf->destination_count + 1, sizeof(*hangs));

	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_setting *setting;
		struct path path = {.hangs = hangs, .findings = findings};

		if (raw->sections[i].section != kind)
			continue;
		setting = raw_find(
		    &raw->sections[i], option_find(kind, TEXT("path")));
		path.path = d->path;
		if (d->transport == TRANSPORT_FILE && d->path != NULL &&
		    setting != NULL) {
			path.line = setting->line;
			/* That is told by who tries to write to it. */
			hangs[d - conf->destinations] =
			    !beside_answers(d->path);
			if (!hangs[d - conf->destinations])
				check_path(&path, file, conf, d);
		}
		d++;
	}
	free(hangs);
}

static void
check_path(struct path *path, const char *file, const struct conf *conf,
    const struct conf_destination *destination)
{
	const struct conf_destination *d = conf->destinations;

	for (; d < destination; d++)
		if (d->transport == TRANSPORT_FILE && d->path != NULL &&
		    !path->hangs[d - conf->destinations] &&
		    (strcmp(d->path, path->path) == 0 ||
		        file_is_same(d->path, path->path)))
			findings_error(path->findings, path->line,
			    "path: destination \"%s\" writes to it already: "
			    "give each a file of its own",
			    d->name);
	conf_each_file(conf, on_file, path);
	(void)compare(path, file, "this file");
	(void)compare(path, conf->control_socket, "the control socket");
	check_spool(path, conf->spool_path);
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
