/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands are rows of a table; each takes the words behind its name.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "daemon/control.h"
#include "daemon/stats.h"
#include "io/unix.h"

/* Of a status, which grows with the configuration only. */
#define STATUS_MAX (16U << 20)

struct control {
	struct unix_server *server;
	struct control_ops ops;
};

/* `words` is what follows the command's name, "" when nothing does. */
typedef void command_fn(
    struct control *control, const char *words, struct unix_request *request);

struct command {
	const char *name;
	command_fn *run;
	bool takes_word;
	const char *help;
};

static void serve(struct unix_request *request, const char *line, void *arg);
static const struct command *find(const char *line, const char **ret_words);
static command_fn run_status, run_status_json, run_poll, run_dry_run,
    run_reload, run_test, run_help;
static void send_status(struct control *control, struct unix_request *request,
    void (*render)(struct buf *out, const struct stats *stats));

/* Longer names first: "poll" would take "poll dry-run" for a source. */
static const struct command commands[] = {
    {"status json", run_status_json, false, "how it is, for programs"},
    {"status", run_status, false, "how it is"},
    {"poll dry-run", run_dry_run, true, "show what SOURCE would send"},
    {"poll", run_poll, true, "poll SOURCE, or all of them"},
    {"reload", run_reload, false, "read the configuration again"},
    {"test", run_test, true, "walk every step to SOURCE, or to all"},
    {"help", run_help, false, "these lines"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

int
control_new(struct control **ret_control, struct loop *loop, const char *path,
    const struct control_ops *ops, struct err *err)
{
	struct control *control = xcalloc(1, sizeof(*control));

	control->ops = *ops;
	if (unix_server_new(&control->server, loop, path, &unix_limits_default,
	        serve, control, err) == -1) {
		free(control);
		return -1;
	}
	*ret_control = control;
	return 0;
}

void
control_free(struct control *control)
{
	if (control == NULL)
		return;
	unix_server_free(control->server);
	free(control);
}

static void
serve(struct unix_request *request, const char *line, void *arg)
{
	const char *words;
	const struct command *command = find(line, &words);

	if (command == NULL)
		unix_fail(request, "usage", "\"%s\" is not a command", line);
	else if (words[0] != '\0' && !command->takes_word)
		unix_fail(request, "usage", "%s takes nothing more: \"%s\"",
		    command->name, words);
	else if (strchr(words, ' ') != NULL)
		unix_fail(request, "usage", "%s takes one name: \"%s\"",
		    command->name, words);
	else
		command->run(arg, words, request);
}

static const struct command *
find(const char *line, const char **ret_words)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		size_t len = strlen(commands[i].name);

		if (strncmp(line, commands[i].name, len) != 0 ||
		    (line[len] != '\0' && line[len] != ' '))
			continue;
		*ret_words = line + len + (line[len] == ' ');
		return &commands[i];
	}
	return NULL;
}

static void
run_status(
    struct control *control, const char *words, struct unix_request *request)
{
	(void)words;
	send_status(control, request, stats_text);
}

static void
run_status_json(
    struct control *control, const char *words, struct unix_request *request)
{
	(void)words;
	send_status(control, request, stats_json);
}

static void
send_status(struct control *control, struct unix_request *request,
    void (*render)(struct buf *out, const struct stats *stats))
{
	struct buf out;

	buf_init(&out, STATUS_MAX);
	render(&out, control->ops.stats(control->ops.arg));
	if (out.overflow) {
		unix_fail(request, "failed", "the status is too long");
	} else {
		(void)unix_put(request, out.data, out.len);
		unix_end(request);
	}
	buf_clear(&out);
}

static void
run_poll(
    struct control *control, const char *words, struct unix_request *request)
{
	control->ops.poll(
	    words[0] != '\0' ? words : NULL, request, control->ops.arg);
}

static void
run_dry_run(
    struct control *control, const char *words, struct unix_request *request)
{
	if (words[0] == '\0')
		unix_fail(request, "usage", "which source?");
	else
		control->ops.dry_run(words, request, control->ops.arg);
}

static void
run_reload(
    struct control *control, const char *words, struct unix_request *request)
{
	(void)words;
	control->ops.reload(request, control->ops.arg);
}

static void
run_test(
    struct control *control, const char *words, struct unix_request *request)
{
	control->ops.test(
	    words[0] != '\0' ? words : NULL, request, control->ops.arg);
}

static void
run_help(
    struct control *control, const char *words, struct unix_request *request)
{
	struct buf out;

	(void)control;
	(void)words;
	buf_init(&out, STATUS_MAX);
	for (size_t i = 0; i < COMMANDS; i++)
		(void)buf_printf(
		    &out, "%-12s  %s\n", commands[i].name, commands[i].help);
	(void)unix_put(request, out.data, out.len);
	unix_end(request);
	buf_clear(&out);
}
