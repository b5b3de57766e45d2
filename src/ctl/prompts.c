/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of a file are kept as lines in one wiped buffer, and looked up by
 * their key.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/shown.h"
#include "base/text.h"
#include "ctl/ctl.h"
#include "ctl/echo.h"
#include "ctl/prompts.h"

#define ANSWERS_MAX 65536
#define ANSWER_MAX 16384
#define BOM "\xef\xbb\xbf"

struct prompts {
	const char *file; /* NULL: a person */
	struct buf answers;
};

static int read_answers(
    struct prompts *prompts, const char *secret, struct err *err);
static int read_all(struct prompts *prompts, FILE *in, struct err *err);
static int check_keys(
    const struct prompts *prompts, const char *const *keys, struct err *err);
static int unknown_key(const struct prompts *prompts, int number,
    struct text key, const char *const *keys, struct err *err);
static struct text all_of(const struct prompts *prompts);
static bool next_line(struct text *rest, struct text *ret_line);
static bool split(struct text line, struct text *ret_key, struct text *ret);
static bool look_up(
    const struct prompts *prompts, const char *key, struct text *ret);
static char *ask_file(
    struct prompts *prompts, const char *key, const char *usual);
static char *ask_person(const char *question, const char *usual, bool echo);
static char *read_line(void);

int
prompts_new(struct prompts **ret, const char *file, const char *const *keys,
    const char *secret, struct err *err)
{
	struct prompts *prompts;

	if (file == NULL && !isatty(STDIN_FILENO))
		return err_set(err, ERR_BAD,
		    "there is no terminal to ask at: give the answers with "
		    "--answers=FILE (- for stdin)");
	prompts = xcalloc(1, sizeof(*prompts));
	prompts->file = file;
	buf_init(&prompts->answers, ANSWERS_MAX);
	if (file != NULL &&
	    (read_answers(prompts, secret, err) == -1 ||
	        check_keys(prompts, keys, err) == -1)) {
		prompts_free(prompts);
		return -1;
	}
	*ret = prompts;
	return 0;
}

void
prompts_free(struct prompts *prompts)
{
	if (prompts == NULL)
		return;
	mem_wipe(prompts->answers.data, prompts->answers.cap);
	buf_clear(&prompts->answers);
	free(prompts);
}

bool
prompts_are_live(const struct prompts *prompts)
{
	return prompts->file == NULL;
}

char *
prompts_ask(struct prompts *prompts, const char *key, const char *question,
    const char *usual)
{
	if (prompts->file != NULL)
		return ask_file(prompts, key, usual);
	return ask_person(question, usual, true);
}

char *
prompts_ask_secret(
    struct prompts *prompts, const char *key, const char *question)
{
	if (prompts->file != NULL)
		return ask_file(prompts, key, NULL);
	return ask_person(question, NULL, false);
}

int
prompts_confirm(
    struct prompts *prompts, const char *key, const char *question, bool usual)
{
	for (;;) {
		char *answer =
		    prompts_ask(prompts, key, question, usual ? "yes" : "no");
		int is = -1;

		if (answer == NULL)
			return -1;
		if (strcasecmp(answer, "y") == 0 ||
		    strcasecmp(answer, "yes") == 0)
			is = 1;
		else if (strcasecmp(answer, "n") == 0 ||
		    strcasecmp(answer, "no") == 0)
			is = 0;
		free(answer);
		if (is != -1)
			return is;
		if (prompts->file != NULL) {
			ctl_say("%s: %s: neither yes nor no: write one of "
			        "them",
			    prompts->file, key);
			return -1;
		}
	}
}

static int
read_answers(struct prompts *prompts, const char *secret, struct err *err)
{
	bool is_stdin = strcmp(prompts->file, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(prompts->file, "re");
	struct text unused;
	struct stat st;
	int result;

	if (in == NULL)
		return err_set(err, ERR_IO,
		    "%s: %s: name a file with \"key = value\" "
		    "lines, or - for stdin",
		    prompts->file, strerror(errno));
	result = read_all(prompts, in, err);
	if (result == 0 && fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & S_IRWXO) != 0 && look_up(prompts, secret, &unused))
		result = err_set(err, ERR_DENIED,
		    "%s: others can read it, and it holds the %s; do chmod "
		    "o-rwx",
		    prompts->file, secret);
	if (!is_stdin)
		(void)fclose(in);
	return result;
}

static int
read_all(struct prompts *prompts, FILE *in, struct err *err)
{
	size_t n;

	/* One piece of memory, and no copy in stdio's: it holds a secret. */
	setbuf(in, NULL);
	if (buf_reserve(&prompts->answers, ANSWERS_MAX) == -1)
		return err_set(err, ERR_FULL,
		    "no memory: end what needs it, and try again");
	n = fread(prompts->answers.data, 1, ANSWERS_MAX, in);
	prompts->answers.len = n;
	if (ferror(in))
		return err_set(err, ERR_IO,
		    "%s: cannot be read: name a file with "
		    "\"key = value\" lines, or - for stdin",
		    prompts->file);
	if (n == ANSWERS_MAX)
		return err_set(err, ERR_FULL,
		    "%s: larger than %d octets: are these the answers?",
		    prompts->file, ANSWERS_MAX - 1);
	if (memchr(prompts->answers.data, '\0', n) != NULL)
		return err_set(err, ERR_BAD,
		    "%s: has a NUL octet: it must be text in UTF-8, not in "
		    "UTF-16",
		    prompts->file);
	return 0;
}

static int
check_keys(
    const struct prompts *prompts, const char *const *keys, struct err *err)
{
	struct text rest = all_of(prompts);
	struct text line, key, value;
	size_t i;

	for (int number = 1; next_line(&rest, &line); number++) {
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		if (!split(line, &key, &value))
			return err_set(err, ERR_BAD,
			    "%s:%d: not \"key = value\": write it so, or # in "
			    "front",
			    prompts->file, number);
		for (i = 0; keys[i] != NULL; i++)
			if (text_eq(key, text_of(keys[i])))
				break;
		if (keys[i] == NULL)
			return unknown_key(prompts, number, key, keys, err);
	}
	return 0;
}

static int
unknown_key(const struct prompts *prompts, int number, struct text key,
    const char *const *keys, struct err *err)
{
	struct shown seen = shown(key);
	struct buf known;

	buf_init(&known, ERR_TEXT_MAX);
	for (; *keys != NULL; keys++)
		(void)buf_printf(
		    &known, "%s%s", known.len != 0 ? ", " : "", *keys);
	(void)err_set(err, ERR_BAD,
	    "%s:%d: \"%.*s%s\" is not asked for, but only %.*s", prompts->file,
	    number, seen.len, seen.ptr, seen.dots, (int)known.len, known.data);
	buf_clear(&known);
	return -1;
}

/* Some editors put a byte order mark in front of UTF-8. */
static struct text
all_of(const struct prompts *prompts)
{
	struct text all = {prompts->answers.data, prompts->answers.len};
	size_t len = strlen(BOM);

	if (all.len >= len && memcmp(all.ptr, BOM, len) == 0) {
		all.ptr += len;
		all.len -= len;
	}
	return all;
}

/* The next line, without blanks at its ends. */
static bool
next_line(struct text *rest, struct text *ret_line)
{
	const char *end;
	size_t len;

	if (rest->len == 0)
		return false;
	end = memchr(rest->ptr, '\n', rest->len);
	len = end != NULL ? (size_t)(end - rest->ptr) : rest->len;
	*ret_line = text_trim((struct text){rest->ptr, len});
	if (end != NULL)
		len++;
	rest->ptr += len;
	rest->len -= len;
	return true;
}

static bool
split(struct text line, struct text *ret_key, struct text *ret)
{
	const char *equals = memchr(line.ptr, '=', line.len);
	size_t len;

	if (equals == NULL)
		return false;
	len = (size_t)(equals - line.ptr);
	*ret_key = text_trim((struct text){line.ptr, len});
	*ret = text_trim((struct text){equals + 1, line.len - len - 1});
	return ret_key->len != 0;
}

/* The last answer to it counts. */
static bool
look_up(const struct prompts *prompts, const char *key, struct text *ret)
{
	struct text rest = all_of(prompts);
	struct text line, its, value;
	bool found = false;

	while (next_line(&rest, &line)) {
		if (line.len == 0 || line.ptr[0] == '#' ||
		    !split(line, &its, &value) || !text_eq(its, text_of(key)))
			continue;
		*ret = value;
		found = true;
	}
	return found;
}

static char *
ask_file(struct prompts *prompts, const char *key, const char *usual)
{
	struct text value = {NULL, 0};

	(void)look_up(prompts, key, &value);
	if (value.len != 0)
		return xstrndup(value.ptr, value.len);
	if (usual != NULL)
		return xstrdup(usual);
	ctl_say("%s: %s is missing: add a line \"%s = ...\"", prompts->file,
	    key, key);
	return NULL;
}

static char *
ask_person(const char *question, const char *usual, bool echo)
{
	struct text t;
	char *line, *answer;

	for (;;) {
		if (!echo)
			echo_off();
		(void)printf("%s", question);
		if (usual != NULL && usual[0] != '\0')
			(void)printf(" [%s]", usual);
		(void)printf(": ");
		(void)fflush(stdout);
		line = read_line();
		if (!echo) {
			echo_on();
			(void)putchar('\n');
		}
		if (line == NULL) {
			ctl_say("no answer: nothing is written; begin "
			        "again with cefctl setup, or give a file with "
			        "--answers");
			return NULL;
		}
		t = text_trim(text_of(line));
		answer = t.len != 0 ? xstrndup(t.ptr, t.len)
		    : usual != NULL ? xstrdup(usual)
		                    : NULL;
		secret_free(line);
		if (answer != NULL)
			return answer;
	}
}

static char *
read_line(void)
{
	char *line = xmalloc(ANSWER_MAX);

	setbuf(stdin, NULL);
	if (fgets(line, ANSWER_MAX, stdin) != NULL)
		return line;
	free(line);
	return NULL;
}
