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
#include "daemon/stats_screen.h"
#include "io/log.h"
#include "io/unix.h"

/* Of a status, which grows with the configuration only. */
#define STATUS_MAX (16U << 20)

struct control {
	struct unix_server *server;
	struct control_ops ops;
	bool is_stopping;
};

/* `words` is what follows the command's name, "" when nothing does. */
typedef void command_fn(
    struct control *control, const char *words, struct unix_request *request);

struct command {
	const char *name;
	command_fn *run;
	unsigned words; /* at most so many */
	const char *help;
};

static const char stopping[] =
    "the daemon is stopping: try again once it is started again";

static void serve(struct unix_request *request, const char *line, void *arg);
static unsigned count_words(const char *words);
static const struct command *find(const char *line, const char **ret_words);
static command_fn run_status, run_status_json, run_status_screen, run_poll,
    run_dry_run, run_reload, run_pause, run_resume, run_replay, run_send_test,
    run_queue_list, run_queue_peek, run_queue_drop, run_test, run_names,
    run_help;
static void pause_one(struct control *control, const char *name, bool paused,
    struct unix_request *request);
static void send_status(struct control *control, struct unix_request *request,
    void (*render)(struct buf *out, const struct stats *stats));

/* Longer names first: "poll" would take "poll dry-run" for a source. */
static const struct command commands[] = {
    {"status json", run_status_json, 0, "how it is, for programs"},
    {"status screen", run_status_screen, 4,
        "COLUMNS ROWS [colour] [utf-8]: the same for a terminal"},
    {"status", run_status, 0, "how it is"},
    {"poll dry-run", run_dry_run, 1, "show what SOURCE would send"},
    {"poll", run_poll, 1, "poll SOURCE, or all of them"},
    {"pause", run_pause, 1, "let NAME rest until it is resumed"},
    {"resume", run_resume, 1, "go on with NAME"},
    {"replay", run_replay, 4, "SOURCE SINCE UNTIL TO: send again"},
    {"reload", run_reload, 0, "read the configuration again"},
    {"send-test", run_send_test, 1, "send one marked record to NAME"},
    {"queue list", run_queue_list, 0, "what waits, and for whom"},
    {"queue peek", run_queue_peek, 2, "NAME [N]: the oldest records"},
    {"queue drop", run_queue_drop, 2, "NAME [force]: forget what waits"},
    {"test", run_test, 1, "walk every step to SOURCE, or to all"},
    {"names", run_names, 1, "sources | destinations, one a line"},
    {"help", run_help, 0, "these lines"},
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

void
control_stop(struct control *control)
{
	if (control == NULL)
		return;
	control->is_stopping = true;
	unix_server_fail_all(control->server, "stopping", stopping);
}

static void
serve(struct unix_request *request, const char *line, void *arg)
{
	const char *words;
	const struct command *command = find(line, &words);

	struct control *control = arg;

	log_debug("daemon", "the control socket is asked for: %s", line);
	if (command == NULL)
		unix_fail(request, "usage",
		    "\"%s\" is not a command: help lists them", line);
	else if (count_words(words) > command->words)
		unix_fail(request, "usage", "%s takes %s: \"%s\"",
		    command->name,
		    command->words == 0       ? "nothing more"
		        : command->words == 1 ? "one name"
		                              : "fewer words",
		    words);
	else if (control->is_stopping && strncmp(line, "status", 6) != 0)
		unix_fail(request, "stopping", "%s", stopping);
	else
		command->run(control, words, request);
}

static unsigned
count_words(const char *words)
{
	unsigned count = words[0] != '\0';

	for (; *words != '\0'; words++)
		count += *words == ' ';
	return count;
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

/* True, and behind it, where `*at` begins with the word. */
static bool
take_word(char **at, const char *word)
{
	size_t len = strlen(word);
	bool is_there = strncmp(*at, word, len) == 0;

	*at += is_there ? len : 0;
	return is_there;
}

static void
run_status_screen(
    struct control *control, const char *words, struct unix_request *request)
{
	unsigned long columns, rows;
	bool is_coloured, is_utf8;
	struct buf out;
	char *end;

	columns = strtoul(words, &end, 10);
	rows = strtoul(end, &end, 10);
	is_coloured = take_word(&end, " colour");
	is_utf8 = take_word(&end, " utf-8");
	if (rows == 0 || *end != '\0') {
		unix_fail(request, "usage", "how many COLUMNS and ROWS?");
		return;
	}
	buf_init(&out, STATUS_MAX);
	stats_screen(&out, control->ops.stats(control->ops.arg), columns, rows,
	    is_coloured, is_utf8);
	(void)unix_put(request, out.data, out.len);
	unix_end(request);
	buf_clear(&out);
}

static void
send_status(struct control *control, struct unix_request *request,
    void (*render)(struct buf *out, const struct stats *stats))
{
	struct buf out;

	buf_init(&out, STATUS_MAX);
	render(&out, control->ops.stats(control->ops.arg));
	if (out.overflow) {
		unix_fail(request, "failed",
		    "the status is too long: ask for /metrics instead");
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
		unix_fail(request, "usage",
		    "which source? (names sources lists them)");
	else
		control->ops.dry_run(words, request, control->ops.arg);
}

static void
run_pause(
    struct control *control, const char *words, struct unix_request *request)
{
	pause_one(control, words, true, request);
}

static void
run_resume(
    struct control *control, const char *words, struct unix_request *request)
{
	pause_one(control, words, false, request);
}

static void
pause_one(struct control *control, const char *name, bool paused,
    struct unix_request *request)
{
	if (name[0] == '\0')
		unix_fail(request, "usage", "which one? (names lists them)");
	else
		control->ops.pause(name, paused, request, control->ops.arg);
}

static void
run_replay(
    struct control *control, const char *words, struct unix_request *request)
{
	control->ops.replay(words, request, control->ops.arg);
}

static void
run_send_test(
    struct control *control, const char *words, struct unix_request *request)
{
	if (words[0] == '\0')
		unix_fail(request, "usage",
		    "which destination? (names destinations lists them)");
	else
		control->ops.send_test(words, request, control->ops.arg);
}

static void
run_queue_list(
    struct control *control, const char *words, struct unix_request *request)
{
	(void)words;
	control->ops.queue_list(request, control->ops.arg);
}

static void
run_queue_peek(
    struct control *control, const char *words, struct unix_request *request)
{
	control->ops.queue_peek(
	    words[0] != '\0' ? words : "-", request, control->ops.arg);
}

static void
run_queue_drop(
    struct control *control, const char *words, struct unix_request *request)
{
	control->ops.queue_drop(words, request, control->ops.arg);
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

/* For scripts and for the shell's completion. */
static void
run_names(
    struct control *control, const char *words, struct unix_request *request)
{
	const struct stats *stats = control->ops.stats(control->ops.arg);
	bool sources = strcmp(words, "destinations") != 0;
	bool destinations = strcmp(words, "sources") != 0;
	struct buf out;

	if (sources && destinations && words[0] != '\0') {
		unix_fail(request, "usage", "sources or destinations?");
		return;
	}
	buf_init(&out, STATUS_MAX);
	for (size_t i = 0; sources && i < stats->source_count; i++)
		(void)buf_printf(&out, "%s%s\n",
		    destinations && stats->sources[i].is_shared ? "source/"
		                                                : "",
		    stats->sources[i].sum.name);
	for (size_t i = 0; destinations && i < stats->destination_count; i++)
		(void)buf_printf(&out, "%s%s\n",
		    sources && stats->destinations[i].is_shared ? "destination/"
		                                                : "",
		    stats->destinations[i].name);
	(void)unix_put(request, out.data, out.len);
	unix_end(request);
	buf_clear(&out);
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
