/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every option is a string to libconfuse, so that a wrong value is our error
 * with our words and does not end the reading. libconfuse hands no pointer of
 * ours through to its callbacks and its lexer is one for the process, hence
 * the static.
 */
#include "config.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shown.h"
#include "conf/conf_file.h"
#include "conf/findings.h"
#include "conf/options.h"
#include "conf/raw.h"

static struct {
	struct raw *raw;
	struct findings *findings;
} reading;

static cfg_opt_t *section_opts(const struct option_section *section);
static int took_value(cfg_t *cfg, cfg_opt_t *opt);
static void took_error(cfg_t *cfg, const char *fmt, va_list ap);

void
conf_file_parse(
    const char *text, struct raw *raw, struct findings *findings, int lost)
{
	cfg_opt_t sections[SECTION_COUNT + 1] = {0};
	cfg_opt_t *opts[SECTION_COUNT];
	cfg_t *cfg;

	for (size_t i = 0; i < SECTION_COUNT; i++) {
		opts[i] = section_opts(&option_sections[i]);
		sections[i] = (cfg_opt_t)CFG_SEC(
		    option_sections[i].name, opts[i], CFGF_MULTI | CFGF_TITLE);
	}
	sections[SECTION_COUNT] = (cfg_opt_t)CFG_END();
	reading.raw = raw;
	reading.findings = findings;
	cfg = cfg_init(sections, CFGF_NONE);
	if (cfg == NULL)
		abort(); /* no memory; the same end as xmalloc's */
	(void)cfg_set_error_function(cfg, took_error);
	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS && !raw->broken)
		lost = lost != 0 ? lost : 1;
	if (lost != 0 && !raw->broken) {
		findings_error(
		    findings, lost, "syntax error, such as a missing }");
		raw->broken = true;
	}
	(void)cfg_free(cfg);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		free(opts[i]);
}

static cfg_opt_t *
section_opts(const struct option_section *section)
{
	size_t count = 0;
	cfg_opt_t *opts;

	while (section->options[count].name != NULL)
		count++;
	opts = xcalloc(count + 1, sizeof(*opts));
	for (size_t i = 0; i < count; i++) {
		const struct option *o = &section->options[i];

		if (option_is_list(o))
			opts[i] = (cfg_opt_t)CFG_STR_LIST(
			    o->name, NULL, CFGF_NODEFAULT);
		else
			opts[i] =
			    (cfg_opt_t)CFG_STR(o->name, NULL, CFGF_NODEFAULT);
		opts[i].validcb = took_value;
	}
	opts[count] = (cfg_opt_t)CFG_END();
	return opts;
}

/* Called after each value of a list and once more after its end. */
static int
took_value(cfg_t *cfg, cfg_opt_t *opt)
{
	size_t index = strtoul(cfg_title(cfg), NULL, 10);
	struct raw_section *section = &reading.raw->sections[index];
	struct raw_setting *setting = raw_find(
	    section, option_find(section->section, text_of(cfg_opt_name(opt))));

	while (setting != NULL && setting->count < cfg_opt_size(opt)) {
		char *value = cfg_opt_getnstr(opt, (unsigned)setting->count);

		raw_add_value(setting, value, cfg->line);
		if (setting->option->type == OPTION_SECRET)
			mem_wipe(value, strlen(value));
	}
	return 0;
}

static void
took_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char what[256], *seen;

	(void)vsnprintf(what, sizeof(what), fmt, ap);
	seen = shown_in(what);
	if (!reading.raw->broken)
		findings_error(
		    reading.findings, cfg->line, "syntax error: %s", seen);
	free(seen);
	reading.raw->broken = true;
}
