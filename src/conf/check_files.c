/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens every file that is named, and uses it as it will be used. What is wrong
 * with it is told with the line that names it.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/shown.h"
#include "conf/build.h"
#include "conf/conf.h"
#include "conf/findings.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "conf/tls_settings.h"
#include "conf/value_field.h"
#include "io/file.h"
#include "io/tls_context.h"

/* Of a file with certificates, or lists of revoked ones. */
#define PEM_MAX (16U << 20)

static void open_files(const struct raw_section *section, const void *object,
    struct findings *findings);
static bool may_be_secret(const struct raw_setting *setting, const char *path);
static const char *cure(
    const struct option *option, const char *path, const struct err *err);
static int read_file(
    const struct option *option, const char *path, struct err *err);
static int read_hidden(
    const struct option *option, const char *path, struct err *err);
static void try_tls(const struct raw_section *section,
    const struct tls_options *options, struct findings *findings);
static int line_at_fault(const struct raw_section *section, const char *text);

void
check_files(
    const struct raw *raw, const struct conf *conf, struct findings *findings)
{
	size_t source = 0, destination = 0;

	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_section *s = &raw->sections[i];
		unsigned before = findings->errors;
		struct tls_options options;

		if (s->section == &option_sections[SECTION_SOURCE]) {
			tls_settings_of_source(
			    &conf->sources[source], &options);
			open_files(s, &conf->sources[source++], findings);
		} else if (s->section ==
		    &option_sections[SECTION_DESTINATION]) {
			tls_settings_of(
			    &conf->destinations[destination], &options);
			open_files(
			    s, &conf->destinations[destination++], findings);
		} else {
			continue;
		}
		/* One fault is told once; a fingerprint's, or that there is
		 * none, was. */
		if (options.verify == TLS_VERIFY_FINGERPRINT &&
		    options.fingerprint_count == 0)
			continue;
		if (findings->errors == before && options.min_version != 0)
			try_tls(s, &options, findings);
	}
}

static void
open_files(const struct raw_section *section, const void *object,
    struct findings *findings)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct raw_setting *setting = &section->settings[i];
		const struct option *o = setting->option;
		struct err err = {0};
		const char *path;

		if (o->type != OPTION_FILE && o->type != OPTION_TOKEN_FILE &&
		    o->type != OPTION_PASSWORD_FILE)
			continue;
		path = field_get_string(o, object);
		/* That a variable is not set was told. */
		if (findings->errors != 0 && path != NULL &&
		    strstr(path, "${") != NULL)
			continue;
		if (path == NULL || read_file(o, path, &err) == 0)
			continue;
		if (may_be_secret(setting, path))
			findings_error(findings, setting->line,
			    "%s: no such file, whose name is not shown here: "
			    "if it is the %s itself, put that into a file, "
			    "chmod 600, and name the file",
			    o->name,
			    o->type == OPTION_TOKEN_FILE          ? "token"
			        : o->type == OPTION_PASSWORD_FILE ? "password"
			                                          : "secret");
		else
			findings_error(findings, setting->line, "%s: %s%s",
			    o->name, err.text, cure(o, path, &err));
	}
}

/* It stands where the name of a file should, which an error would tell. Base64
 * may have a slash in it, and a token dots. */
static bool
may_be_secret(const struct raw_setting *setting, const char *path)
{
	const char *text = setting->count == 1 ? setting->values[0].text : "";
	bool is_hidden = setting->option->type != OPTION_FILE;

	if (access(path, F_OK) == 0 ||
	    (errno != ENOENT && errno != ENAMETOOLONG && errno != ENOTDIR))
		return false;
	return (is_hidden && strchr(text, '/') == NULL) ||
	    (text[0] != '/' && shown(text_of(text)).dots[0] != '\0') ||
	    shown_hides_path(text);
}

/* For what is not there, or holds nothing but the end of a line. */
static const char *
cure(const struct option *option, const char *path, const struct err *err)
{
	struct stat st;

	/* Of a mode that is no good, file_read_secret() tells itself. */
	if (err->code == ERR_DENIED && access(path, R_OK) == 0)
		return "";
	if (stat(path, &st) == -1 || (S_ISREG(st.st_mode) && st.st_size <= 2))
		return option->type == OPTION_TOKEN_FILE
		    ? ": put the token into it, on one line, and chmod 600"
		    : option->type == OPTION_PASSWORD_FILE
		    ? ": put the password into it, and chmod 600"
		    : ": put the certificate or key there, or correct the path";
	if (!S_ISREG(st.st_mode))
		return ": name a file";
	if (err->code == ERR_FULL)
		return ": is it the right file?";
	if (access(path, R_OK) == -1)
		return ": the user that cefd runs as must be able to read it";
	return "";
}

static int
read_file(const struct option *option, const char *path, struct err *err)
{
	struct buf content;
	int result;

	if (option->type != OPTION_FILE)
		return read_hidden(option, path, err);
	buf_init(&content, PEM_MAX);
	result = file_read(path, &content, err);
	if (result == 0 && content.len == 0)
		result = err_set(err, ERR_BAD, "%s: empty", path);
	/* It may hold a key. */
	mem_wipe(content.data, content.cap);
	buf_clear(&content);
	return result;
}

static int
read_hidden(const struct option *option, const char *path, struct err *err)
{
	char *secret;
	int result = option->type == OPTION_TOKEN_FILE
	    ? file_read_secret(path, &secret, err)
	    : file_read_password(path, &secret, err);

	if (result == 0)
		secret_free(secret);
	return result;
}

static void
try_tls(const struct raw_section *section, const struct tls_options *options,
    struct findings *findings)
{
	struct err err = {0};
	struct tls_context *tls = tls_context_new(options, &err);

	if (tls == NULL)
		findings_error(
		    findings, line_at_fault(section, err.text), "%s", err.text);
	else if (tls_context_key_is_exposed(tls))
		findings_warning(findings, line_at_fault(section, "key-file:"),
		    "key-file: %s: others can read or change it; do chmod "
		    "o-rwx",
		    options->key_file);
	tls_context_free(tls);
}

/* The text begins with the name of the option. */
static int
line_at_fault(const struct raw_section *section, const char *text)
{
	for (size_t i = 0; i < section->count; i++) {
		const char *name = section->settings[i].option->name;
		size_t len = strlen(name);

		if (strncmp(text, name, len) == 0 && text[len] == ':')
			return section->settings[i].line;
	}
	return section->line;
}
