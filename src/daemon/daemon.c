/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start is a column of verbs, stop is its mirror. A thing that can fail is
 * tried before the supervisor hears "ready"; a reload is parsed and prepared
 * beside what runs, and swapped in only if all of it is good.
 */
#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/rng.h"
#include "conf/conf.h"
#include "daemon/answers.h"
#include "daemon/control.h"
#include "daemon/daemon.h"
#include "daemon/fleet.h"
#include "daemon/harden.h"
#include "daemon/httpd.h"
#include "daemon/notify.h"
#include "daemon/pauses.h"
#include "daemon/queues.h"
#include "daemon/replays.h"
#include "daemon/reset.h"
#include "daemon/settings.h"
#include "daemon/surveys.h"
#include "daemon/trials.h"
#include "daemon/watchdog.h"
#include "io/http.h"
#include "io/loop.h"
#include "io/process.h"
#include "io/timer.h"
#include "io/unix.h"
#include "spool/aside.h"
#include "spool/spool.h"
#include "spool/turn.h"

/* How long a running session may take to end at SIGTERM. */
#define STOP_LIMIT_MS 15000
#define MALLOC_KEEP_BYTES (128 << 10)

struct daemon {
	const struct daemon_options *options;
	struct conf *conf;
	struct rng rng;
	struct spool *spool;
	struct loop *loop;
	struct http *http;
	struct fleet *fleet;
	struct answers *answers;
	struct surveys *surveys;
	struct trials *trials;
	struct queues *queues;
	struct control *control;
	struct httpd *httpd;
	struct timer *stop_timer;
	struct watchdog *watchdog;
	bool stopping;
	int64_t started_ms;
	int64_t started_wall_ms;
	struct stats stats;
};

static int start(struct daemon *d, struct err *err);
static int start_engine(struct daemon *d, struct err *err);
static int start_doors(struct daemon *d, struct err *err);
static void tell_ready(const struct daemon *d);
static void stop(struct daemon *d);
static void on_stop_signal(void *arg);
static void on_stopped(void *arg);
static void on_reload_signal(void *arg);
static int reload(struct daemon *d, struct err *err);
static int swap(struct daemon *d, struct err *err);
static const struct stats *fill_stats(void *arg);
static void answer_poll(
    const char *source, struct unix_request *request, void *arg);
static void answer_dry_run(
    const char *source, struct unix_request *request, void *arg);
static void answer_pause(
    const char *name, bool paused, struct unix_request *request, void *arg);
static void answer_replay(
    const char *words, struct unix_request *request, void *arg);
static void answer_send_test(
    const char *name, struct unix_request *request, void *arg);
static void answer_queue_list(struct unix_request *request, void *arg);
static void answer_queue_peek(
    const char *words, struct unix_request *request, void *arg);
static void answer_queue_drop(
    const char *words, struct unix_request *request, void *arg);
static void answer_reload(struct unix_request *request, void *arg);
static void answer_test(
    const char *name, struct unix_request *request, void *arg);

int
daemon_run(const struct daemon_options *options)
{
	struct daemon d = {.options = options};
	struct err err;

	/* A big reply's memory goes back to the system, not to a free list. */
	(void)mallopt(M_MMAP_THRESHOLD, MALLOC_KEEP_BYTES);
	(void)mallopt(M_TRIM_THRESHOLD, MALLOC_KEEP_BYTES);
	log_init(options->log_format, options->debug);
	if (options->deed == DAEMON_RESET)
		return reset_spool(options->config);
	if (options->deed != DAEMON_RUN)
		return settings_show(
		    options->config, options->deed == DAEMON_PRINT);
	harden();
	log_never_wait();
	d.conf = settings_load(options->config);
	if (d.conf == NULL)
		return EX_CONFIG;
	harden_spool(d.conf->spool_path);
	if (start(&d, &err) == -1) {
		log_error("daemon", "%s", err.text);
		stop(&d);
		return err.code == ERR_DENIED ? EX_NOPERM : EX_CANTCREAT;
	}
	log_info("daemon",
	    "ready version=" PACKAGE_VERSION " sources=%zu destinations=%zu",
	    d.conf->source_count, d.conf->destination_count);
	tell_ready(&d);
	d.watchdog = watchdog_new(d.loop);
	loop_run(d.loop);
	stop(&d);
	log_flush();
	log_info("daemon", "stopped");
	return EX_OK;
}

static int
start(struct daemon *d, struct err *err)
{
	struct spool_usage usage;
	uint64_t seed;

	/* For jitter only: the clock would do. */
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)(uintptr_t)d;
	rng_init(&d->rng, seed);
	if (spool_open(&d->spool, d->conf->spool_path, d->conf->spool_quota,
	        err) == -1)
		return -1;
	spool_usage(d->spool, &usage);
	if (usage.is_new)
		reset_tell_new(d->conf);
	if (spool_prove(d->spool, err) == -1 && err->code != ERR_FULL)
		return -1;
	if (start_engine(d, err) == -1 || start_doors(d, err) == -1)
		return -1;
	return 0;
}

static int
start_engine(struct daemon *d, struct err *err)
{
	d->loop = loop_new(err);
	if (d->loop == NULL)
		return -1;
	spool_follow(d->spool, d->loop);
	d->started_ms = loop_now_ms(d->loop);
	d->started_wall_ms = loop_wall_ms(d->loop);
	d->http = http_new(d->loop, err);
	if (d->http == NULL)
		return -1;
	d->stop_timer = timer_new(d->loop, on_stopped, d);
	d->fleet = fleet_new(d->loop, d->http, d->spool, &d->rng);
	d->answers = answers_new(d->loop, d->fleet);
	d->surveys = surveys_new(d->loop, d->http, d->fleet);
	d->trials = trials_new(d->fleet);
	d->queues = queues_new(d->fleet, d->trials);
	if (fleet_apply(d->fleet, d->conf, err) == -1)
		return -1;
	queues_warn(d->queues);
	if (loop_on_signal(d->loop, SIGTERM, on_stop_signal, d, err) == -1 ||
	    loop_on_signal(d->loop, SIGINT, on_stop_signal, d, err) == -1 ||
	    loop_on_signal(d->loop, SIGHUP, on_reload_signal, d, err) == -1)
		return -1;
	return 0;
}

static int
start_doors(struct daemon *d, struct err *err)
{
	const struct control_ops ops = {
	    .stats = fill_stats,
	    .poll = answer_poll,
	    .dry_run = answer_dry_run,
	    .pause = answer_pause,
	    .replay = answer_replay,
	    .send_test = answer_send_test,
	    .queue_list = answer_queue_list,
	    .queue_peek = answer_queue_peek,
	    .queue_drop = answer_queue_drop,
	    .reload = answer_reload,
	    .test = answer_test,
	    .arg = d,
	};

	if (control_new(
	        &d->control, d->loop, d->conf->control_socket, &ops, err) == -1)
		return err_wrap(err, "control { socket }");
	d->httpd = httpd_new(d->loop, &d->rng, fill_stats, d);
	httpd_listen(d->httpd, d->conf->status_listen);
	return 0;
}

static void
tell_ready(const struct daemon *d)
{
	notify_ready("Sources: %zu, destinations: %zu; see cefctl status",
	    d->conf->source_count, d->conf->destination_count);
}

static void
stop(struct daemon *d)
{
	watchdog_free(d->watchdog);
	httpd_free(d->httpd);
	control_free(d->control);
	surveys_free(d->surveys);
	queues_free(d->queues);
	trials_free(d->trials);
	answers_free(d->answers);
	fleet_free(d->fleet);
	timer_free(d->stop_timer);
	http_free(d->http);
	loop_free(d->loop);
	spool_close(d->spool);
	conf_unref(d->conf);
}

/* Pollers stop now, senders end the running session; a second signal, or the
 * limit, ends it all. What is not confirmed stays in the spool. */
static void
on_stop_signal(void *arg)
{
	struct daemon *d = arg;

	if (d->stopping) {
		loop_stop(d->loop);
		return;
	}
	d->stopping = true;
	log_info("daemon", "stopping: running sessions have %d s to end",
	    STOP_LIMIT_MS / 1000);
	notify("STOPPING=1");
	timer_set(d->stop_timer, STOP_LIMIT_MS);
	trials_drop(d->trials);
	control_stop(d->control);
	answers_drop(d->answers);
	surveys_drop(d->surveys);
	fleet_stop(d->fleet, on_stopped, d);
}

static void
on_stopped(void *arg)
{
	struct daemon *d = arg;

	loop_stop(d->loop);
}

static void
on_reload_signal(void *arg)
{
	struct daemon *d = arg;
	struct err err;

	if (!d->stopping)
		(void)reload(d, &err);
}

/* Logs how it went, and fills *err for a caller who also wants to know. */
static int
reload(struct daemon *d, struct err *err)
{
	int result;

	notify_reloading();
	result = swap(d, err);
	tell_ready(d);
	return result;
}

static int
swap(struct daemon *d, struct err *err)
{
	struct conf *fresh = settings_load(d->options->config);

	if (fresh == NULL) {
		log_error(
		    "daemon", "reload: the old configuration stays in use");
		return err_set(err, ERR_BAD,
		    "the new configuration has errors (see the log); the old "
		    "one stays in use");
	}
	if (settings_check_change(d->conf, fresh, err) == -1) {
		log_error("daemon",
		    "reload: %s; the old configuration stays in use",
		    err->text);
		conf_unref(fresh);
		return -1;
	}
	FAULT_POINT("reload-read");
	answers_drop(d->answers);
	surveys_drop(d->surveys);
	if (fleet_apply(d->fleet, fresh, err) == -1) {
		log_error("daemon",
		    "reload: %s; the old configuration stays in use",
		    err->text);
		conf_unref(fresh);
		return -1;
	}
	FAULT_POINT("reload-applied");
	conf_unref(d->conf);
	d->conf = fresh;
	httpd_listen(d->httpd, fresh->status_listen);
	log_info("daemon", "reloaded sources=%zu destinations=%zu",
	    fresh->source_count, fresh->destination_count);
	return 0;
}

static const struct stats *
fill_stats(void *arg)
{
	struct daemon *d = arg;
	struct spool_usage usage;

	spool_usage(d->spool, &usage);
	d->stats.version = PACKAGE_VERSION;
	d->stats.now_ms = loop_wall_ms(d->loop);
	d->stats.started_ms = d->started_wall_ms;
	d->stats.uptime_ms = loop_now_ms(d->loop) - d->started_ms;
	process_usage(&d->stats.cpu_us, &d->stats.resident_bytes);
	d->stats.stopping = d->stopping;
	d->stats.spool_bytes = usage.bytes;
	d->stats.spool_quota = usage.quota;
	d->stats.spool_damaged = usage.damaged;
	d->stats.spool_abandoned = queues_abandoned(d->queues);
	d->stats.spool_gone = spool_is_gone(d->spool);
	d->stats.spool_full = usage.full;
	d->stats.spool_failure = usage.failure;
	d->stats.listener_failure = httpd_failure(d->httpd);
	d->stats.longest_turn_us = loop_longest_us(d->loop);
	fleet_stats(d->fleet, &d->stats);
	return &d->stats;
}

static void
answer_poll(const char *source, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	answers_poll(d->answers, source, request);
}

static void
answer_dry_run(const char *source, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	answers_dry_run(d->answers, source, request);
}

static void
answer_pause(
    const char *name, bool paused, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;
	struct err err;

	if (pauses_set(d->fleet, name, paused, &err) == -1)
		unix_fail(request, err.code == ERR_BAD ? "unknown" : "failed",
		    "%s", err.text);
	else
		unix_end(request);
}

static void
answer_replay(const char *words, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	replays_start(d->fleet, d->loop, words, request);
}

static void
answer_send_test(const char *name, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	trials_start(d->trials, name, request);
}

static void
answer_queue_list(struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	queues_list(d->queues, request);
}

static void
answer_queue_peek(const char *words, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	queues_peek(d->queues, words, request);
}

static void
answer_queue_drop(const char *words, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	queues_drop(d->queues, words, request);
}

static void
answer_reload(struct unix_request *request, void *arg)
{
	struct daemon *d = arg;
	struct err err;

	if (reload(d, &err) == -1) {
		unix_fail(request, "failed", "%s", err.text);
		return;
	}
	unix_end(request);
}

static void
answer_test(const char *name, struct unix_request *request, void *arg)
{
	struct daemon *d = arg;

	surveys_test(d->surveys, d->conf, name, request);
}
