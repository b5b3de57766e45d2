/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One job: lives of cefd, and how each may end.
 *
 *   FAULTY   dies of its fault, or ends with a word about it  -> CLEAN
 *            has sent all                                     -> ENDING
 *            under a lasting fault, for a while: is killed    -> CLEAN
 *   ENDING   was asked to; has                                -> CLEAN, or over
 *   CLEAN    has sent all                                     -> LAST
 *   LAST     was asked to end; has                            -> over
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "torture.h"

/* A life may take this long; the back-off of cefd is a second at first. */
#define LIFE_MS 30000
/* How long a fault that lasts is looked at. */
#define LASTING_MS 500
/* Until it is asked to end once more. */
#define AGAIN_MS 2000

static bool on_end(struct ring *ring, struct job *job, int status);
static void look_on(const struct ring *ring, struct job *job);
static void configure(const struct ring *ring, const struct job *job);
static void spawn(const struct ring *ring, struct job *job, bool faulty);
static void put_fault(const struct job *job, char *ret, size_t size);
static bool has_all(const struct ring *ring, const struct job *job);
static bool is_ready(struct job *job);
static bool is_struck(const struct job *job);
static const char *check_end(const struct job *job, int status);
static bool may_kill(const struct job *job);
static bool is_memory(const struct job *job);
static bool says_why(const struct job *job);
static bool judge(struct ring *ring, struct job *job);
static void fail(struct ring *ring, struct job *job, const char *why);
static void tail(const char *folder, const char *name);
static void put_away(struct job *job);

void
job_begin(struct ring *ring, struct job *job, struct plan *plan,
    unsigned long n, unsigned id)
{
	*job =
	    (struct job){.phase = JOB_FAULTY, .plan = plan, .n = n, .id = id};
	(void)snprintf(job->host, sizeof(job->host), "job%06u.example", id);
	(void)snprintf(
	    job->folder, sizeof(job->folder), "%s/%06u", ring->folder, id);
	(void)snprintf(
	    job->own.path, sizeof(job->own.path), "%s/out", job->folder);
	(void)snprintf(
	    job->news.path, sizeof(job->news.path), "%s/journal", job->folder);
	if (mkdir(job->folder, 0700) == -1) {
		perror(job->folder);
		exit(1);
	}
	configure(ring, job);
	spawn(ring, job, true);
}

static void
take_own(const char *line, size_t len, void *arg)
{
	struct job *job = arg;

	lines_put(&job->came, line, len);
}

bool
job_step(struct ring *ring, struct job *job)
{
	int status;
	pid_t ended = waitpid(job->pid, &status, WNOHANG);

	tap_read(&job->own, take_own, job);
	if (ended == job->pid)
		return on_end(ring, job, status);
	look_on(ring, job);
	if (now_ms() < job->limit_ms)
		return false;
	fail(ring, job, "it has not sent all, or not ended, in time");
	return true;
}

static bool
on_end(struct ring *ring, struct job *job, int status)
{
	const char *why = check_end(job, status);

	job->pid = 0;
	if (why != NULL) {
		fail(ring, job, why);
		return true;
	}
	/* What is learnt from is one life. */
	if (job->phase == JOB_LAST ||
	    (job->phase == JOB_ENDING && (!ring->thorough || job->n == 0)))
		return judge(ring, job);
	job->phase = JOB_CLEAN;
	spawn(ring, job, false);
	return false;
}

static void
look_on(const struct ring *ring, struct job *job)
{
	int64_t time_ms = now_ms();

	switch (job->phase) {
	case JOB_FAULTY:
	case JOB_CLEAN:
		if (is_ready(job) && has_all(ring, job)) {
			job->phase =
			    job->phase == JOB_FAULTY ? JOB_ENDING : JOB_LAST;
			job->again_ms = time_ms;
		} else if (job->phase == JOB_FAULTY && job->plan->for_ever) {
			if (job->struck_ms == 0 && is_struck(job))
				job->struck_ms = time_ms;
			if (job->struck_ms != 0 &&
			    time_ms - job->struck_ms >= LASTING_MS)
				(void)kill(job->pid, SIGKILL);
		}
		return;
	case JOB_ENDING:
	case JOB_LAST:
		/* The fault may have swallowed a signal. */
		if (time_ms >= job->again_ms) {
			(void)kill(job->pid, SIGTERM);
			job->terms++;
			job->again_ms = time_ms + AGAIN_MS;
		}
		return;
	case JOB_FREE:
		return;
	}
}

/* Its own folder and host in the place of words of the template. */
static void
configure(const struct ring *ring, const struct job *job)
{
	char from[512], to[512], line[1024];
	FILE *in, *out;

	(void)snprintf(from, sizeof(from), "%s/%s.conf", ring->folder,
	    job->plan->transport);
	(void)snprintf(to, sizeof(to), "%s/cefd.conf", job->folder);
	in = fopen(from, "re");
	out = fopen(to, "we");
	if (in == NULL || out == NULL) {
		perror(from);
		exit(1);
	}
	while (fgets(line, sizeof(line), in) != NULL) {
		const char *at = line;

		for (; *at != '\0'; at++) {
			if (!strncmp(at, "@dir@", 5))
				(void)fputs(job->folder, out);
			else if (!strncmp(at, "@host@", 6))
				(void)fputs(job->host, out);
			else
				(void)fputc(*at, out);
			if (*at == '@')
				at += at[1] == 'd' ? 4 : 5;
		}
	}
	(void)fclose(in);
	(void)fclose(out);
}

static void
spawn(const struct ring *ring, struct job *job, bool faulty)
{
	posix_spawn_file_actions_t files;
	char log[512], conf[512], journal[512], faults[128];
	char *argv[] = {(char *)(uintptr_t)ring->cefd, (char *)(uintptr_t) "-v",
	    (char *)(uintptr_t) "-c", conf, NULL};
	char *env[] = {journal, (char *)(uintptr_t) "LC_ALL=C", faults, NULL};
	int rc;

	(void)snprintf(log, sizeof(log), "%s/log", job->folder);
	(void)snprintf(conf, sizeof(conf), "%s/cefd.conf", job->folder);
	(void)snprintf(
	    journal, sizeof(journal), "CEFD_JOURNAL=%s/journal", job->folder);
	/* What an earlier life has said is not this one's. */
	tap_skip(&job->news);
	put_fault(job, faults, sizeof(faults));
	if (!faulty)
		env[2] = NULL;
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(
	    &files, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(
	    &files, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	(void)posix_spawn_file_actions_adddup2(&files, 1, 2);
	rc = posix_spawn(&job->pid, ring->cefd, &files, NULL, argv, env);
	(void)posix_spawn_file_actions_destroy(&files);
	if (rc != 0) {
		(void)fprintf(
		    stderr, "torture: %s: %s\n", ring->cefd, strerror(rc));
		exit(1);
	}
	job->ready = false;
	job->terms = 0;
	job->limit_ms = now_ms() + LIFE_MS;
}

static void
put_fault(const struct job *job, char *ret, size_t size)
{
	const struct plan *plan = job->plan;

	if (job->n == 0)
		(void)snprintf(ret, size, "CEFD_PLACES=1");
	else if (plan->targets != NULL)
		(void)snprintf(ret, size, "CEFD_FAULTS=%s:%lu@%s:%s",
		    plan->kind, plan->targets[job->n - 1].from,
		    plan->targets[job->n - 1].id, plan->act);
	else
		(void)snprintf(ret, size, "CEFD_FAULTS=%s:%lu%s:%s", plan->kind,
		    job->n, plan->for_ever ? "+" : "", plan->act);
}

static bool
has_all(const struct ring *ring, const struct job *job)
{
	const struct lines *wanted =
	    &ring->wanted[transport_of(job->plan->transport)];
	struct lines came = {NULL, 0, 0};
	bool all = true;
	size_t i;

	if (job->came.count < ring->records)
		return false;
	for (i = 0; i < job->came.count; i++) {
		char *line = line_without(job->came.at[i], job->host);

		lines_put(&came, line, strlen(line));
		free(line);
	}
	for (i = 0; all && i < wanted->count; i++)
		all = lines_have(&came, wanted->at[i]);
	lines_clear(&came);
	return all;
}

struct search {
	const char *word; /* that a line begins with */
	bool found;
};

static void
look(const char *line, size_t len, void *arg)
{
	struct search *search = arg;
	size_t size = strlen(search->word);

	if (len >= size && memcmp(line, search->word, size) == 0)
		search->found = true;
}

/* Before that a signal ends it in the way of any process. */
static bool
is_ready(struct job *job)
{
	struct search search = {"loop", false};

	if (!job->ready)
		tap_read(&job->news, look, &search);
	job->ready |= search.found;
	return job->ready;
}

static bool
is_struck(const struct job *job)
{
	struct search search = {"fault ", false};
	struct tap tap = {.at = 0};

	(void)snprintf(tap.path, sizeof(tap.path), "%s/journal", job->folder);
	tap_read(&tap, look, &search);
	return search.found;
}

/* Only the fault that was asked for may end a life, and not without a word. */
static const char *
check_end(const struct job *job, int status)
{
	static char why[64];
	bool clean = job->phase == JOB_CLEAN || job->phase == JOB_LAST;
	int code =
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);

	if (code == 0 && job->phase != JOB_FAULTY && job->phase != JOB_CLEAN)
		return NULL;
	/* The second came when it had ended, but for giving memory back. */
	if (code == 128 + SIGTERM && job->terms > 1)
		return NULL;
	if (!clean && code == 128 + SIGKILL &&
	    (job->plan->for_ever || may_kill(job)))
		return NULL;
	if (!clean && is_struck(job) && says_why(job) &&
	    (code < 128 || (code == 128 + SIGABRT && is_memory(job))))
		return NULL;
	(void)snprintf(why, sizeof(why), "it ended with status %d", code);
	return why;
}

static bool
may_kill(const struct job *job)
{
	return !strcmp(job->plan->act, "kill") ||
	    !strcmp(job->plan->act, "torn");
}

/* Without it there is nothing sensible to do; see src/base/mem.c. */
static bool
is_memory(const struct job *job)
{
	return !strcmp(job->plan->kind, "malloc");
}

/* The last thing in its log is an error. */
static bool
says_why(const struct job *job)
{
	char path[512], line[4096], last[4096] = "";
	FILE *in;

	(void)snprintf(path, sizeof(path), "%s/log", job->folder);
	in = fopen(path, "re");
	if (in == NULL)
		return false;
	while (fgets(line, sizeof(line), in) != NULL)
		memcpy(last, line, sizeof(last));
	(void)fclose(in);
	return strstr(last, " error ") != NULL ||
	    strstr(last, "cefd: ") != NULL || strstr(last, "[err]") != NULL ||
	    strstr(last, "cefd.conf:") != NULL;
}

/* Over: an n beyond the last call ends its plan. */
static bool
judge(struct ring *ring, struct job *job)
{
	const char *why = verdict(ring, job);

	if (why != NULL) {
		fail(ring, job, why);
		return true;
	}
	if (job->n == 0)
		ring_learn(ring, job);
	else if (!is_struck(job)) {
		job->plan->missed++;
		job->plan->exhausted = job->n > job->plan->calls;
	}
	ring->passed++;
	put_away(job);
	return true;
}

static void
fail(struct ring *ring, struct job *job, const char *why)
{
	if (job->pid != 0) {
		(void)kill(job->pid, SIGKILL);
		(void)waitpid(job->pid, NULL, 0);
	}
	(void)fprintf(stderr,
	    "torture: FAILED: %s --only=%s:%s%s:%s --n=%lu: %s (%s)\n",
	    job->host, job->plan->kind, job->plan->act,
	    job->plan->for_ever ? "+" : "", job->plan->transport, job->n, why,
	    job->folder);
	tail(job->folder, "journal");
	tail(job->folder, "log");
	ring->failed++;
	lines_clear(&job->came);
	job->phase = JOB_FREE;
}

static void
tail(const char *folder, const char *name)
{
	struct tap tap = {.at = 0};
	struct lines lines = {NULL, 0, 0};
	struct job shim = {.came = lines};

	(void)snprintf(tap.path, sizeof(tap.path), "%s/%s", folder, name);
	tap_read(&tap, take_own, &shim);
	for (size_t i = shim.came.count < 12 ? 0 : shim.came.count - 12;
	     i < shim.came.count; i++)
		(void)fprintf(
		    stderr, "    %s: %.200s\n", name, shim.came.at[i]);
	lines_clear(&shim.came);
}

static void
put_away(struct job *job)
{
	static const char *const names[] = {"spool/data.mdb",
	    "spool/data.mdb.new", "spool", "journal", "log", "cefd.conf", "out",
	    "ctl", ""};
	char path[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", job->folder, names[i]);
		(void)remove(path);
	}
	lines_clear(&job->came);
	job->phase = JOB_FREE;
}
