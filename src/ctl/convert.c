/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of any kind to lines, by the very code that the daemon uses. No
 * daemon, no network, no state.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/options.h"
#include "ctl/ctl.h"
#include "ctl/documents.h"
#include "ctl/sentences.h"
#include "format/record.h"
#include "intake/decode.h"
#include "intake/json_members.h"
#include "intake/normalise.h"
#include "intake/style.h"

struct converter {
	struct conf *conf;
	struct style style;
	struct normalise_context context;
	struct decoder *decoder;
	struct arena arena;
	struct buf line;
	int64_t now_ms;
	uint64_t sequence;
	const char *file;   /* at hand, and */
	uint64_t file_line; /* the document's line in it */
	bool some_bad;
	bool cannot_write;
};

static int converter_init(struct converter *c, const struct ctl *ctl);
static void converter_clear(struct converter *c);
static void take_settings(struct converter *c, const char *config);
static int take_format(struct converter *c, const char *name);
static void convert_file(struct converter *c, const char *path);
static void convert_fd(struct converter *c, int fd);
static void convert_document(struct converter *c, struct text text);
static void put_item(
    const struct item *item, const struct err *failure, void *arg);
static void cannot_read(struct converter *c, const char *why);
static void bad(struct converter *c, const char *why);

int
ctl_convert(const struct ctl *ctl)
{
	struct converter c = {0};
	int status = converter_init(&c, ctl);

	if (status != EX_OK)
		return status;
	c.file = "stdin";
	if (ctl->word_count == 0)
		convert_fd(&c, STDIN_FILENO);
	for (int i = 0; i < ctl->word_count && !c.cannot_write; i++)
		convert_file(&c, ctl->words[i]);
	status = c.some_bad ? 1 : EX_OK;
	converter_clear(&c);
	return status;
}

static int
converter_init(struct converter *c, const struct ctl *ctl)
{
	struct timespec now;
	int status;

	take_settings(c, ctl->config);
	if (c->conf == NULL)
		return EX_CONFIG;
	status = take_format(c, ctl->format);
	if (status != EX_OK) {
		conf_unref(c->conf);
		return status;
	}
	(void)clock_gettime(CLOCK_REALTIME, &now);
	c->now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	c->decoder = decoder_new();
	arena_init(&c->arena);
	buf_init(&c->line, c->style.max_size);
	return EX_OK;
}

static void
converter_clear(struct converter *c)
{
	decoder_free(c->decoder);
	arena_clear(&c->arena);
	buf_clear(&c->line);
	conf_unref(c->conf);
}

/*
 * The first destination says how a record looks. Which source the documents
 * came from can only be known when there is just one.
 */
static void
take_settings(struct converter *c, const char *config)
{
	c->conf = config != NULL ? ctl_conf(config) : conf_defaults();
	if (c->conf == NULL)
		return;
	style_of(&c->style, &c->conf->destinations[0]);
	if (c->conf->source_count != 1)
		return;
	c->context.api_host = text_of(c->conf->sources[0].host);
	c->context.source_name = text_of(c->conf->sources[0].name);
}

/* By its name in the configuration; NULL leaves the destination's. */
static int
take_format(struct converter *c, const char *name)
{
	const struct option *option =
	    option_find(&option_sections[SECTION_DESTINATION], TEXT("format"));
	struct conf_destination section = c->conf->destinations[0];
	const struct option_word *w = option->words;

	if (name == NULL)
		return EX_OK;
	while (w->name != NULL && strcmp(w->name, name) != 0)
		w++;
	if (w->name == NULL)
		return ctl_fail(EX_USAGE, name,
		    "there is no such format; there are cef, json, leef and "
		    "rfc5424-sd");
	section.format = (enum conf_format)w->value;
	if (section.format == CONF_FORMAT_SD &&
	    section.header != CONF_HEADER_RFC5424)
		return ctl_fail(EX_CONFIG, name,
		    "needs header = \"rfc5424\": set it in the configuration");
	style_of(&c->style, &section);
	return EX_OK;
}

static void
convert_file(struct converter *c, const char *path)
{
	int fd;

	c->file = path;
	if (strcmp(path, "-") == 0) {
		c->file = "stdin";
		convert_fd(c, STDIN_FILENO);
		return;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		cannot_read(c, strerror(errno));
		return;
	}
	convert_fd(c, fd);
	(void)close(fd);
}

static void
convert_fd(struct converter *c, int fd)
{
	enum document_result result = DOCUMENT_READ;
	struct documents documents;
	struct text text = {NULL, 0};
	struct err err = {0};

	documents_init(&documents, fd);
	while (!c->cannot_write) {
		result = documents_next(&documents, &text, &c->file_line, &err);
		if (result == DOCUMENT_READ)
			convert_document(c, text);
		else if (result == DOCUMENT_BAD)
			bad(c, err.text);
		else if (result == DOCUMENT_FAILED)
			cannot_read(c, err.text);
		if (result == DOCUMENT_END || result == DOCUMENT_FAILED)
			break;
	}
	documents_clear(&documents);
}

static void
convert_document(struct converter *c, struct text text)
{
	struct err err = {0};
	struct doc *doc = decode(c->decoder, text, &err);

	if (doc == NULL ||
	    normalise_document(
	        doc_root(doc), &c->context, &c->arena, put_item, c, &err) == -1)
		bad(c, err.text);
	doc_free(doc);
}

static void
put_item(const struct item *item, const struct err *failure, void *arg)
{
	struct converter *c = arg;
	struct err err = {0};
	struct event event;

	if (item == NULL) {
		bad(c, failure->text);
		return;
	}
	event = item->event;
	if (c->style.format == FORMAT_JSON)
		members_fill(&event, item->value, &c->arena);
	buf_reset(&c->line);
	if (record_put(&c->line, &event, &c->style, c->now_ms, c->sequence,
	        &err) == -1) {
		bad(c, err.text);
		return;
	}
	c->sequence++;
	if (fwrite(c->line.data, 1, c->line.len, stdout) != c->line.len ||
	    putchar('\n') == EOF)
		c->cannot_write = true;
}

static void
cannot_read(struct converter *c, const char *why)
{
	ctl_say("%s: %s: name a file that can be read, or - for stdin", c->file,
	    why);
	c->some_bad = true;
}

static void
bad(struct converter *c, const char *why)
{
	ctl_say("%s:%" PRIu64
	        ": %s: left out; correct it there, and convert it "
	        "again",
	    c->file, c->file_line, why);
	c->some_bad = true;
}
