/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scripted RELP server. It blocks, one connection at a time.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "relp_server.h"

#define CHILD_LIMIT_S 60
#define RECORD_MAX 65536
#define BATCH 10

#define HINT_EVERY_MS 50

struct peer {
	const struct relp_script *script;
	struct relp_server_log *log;
	struct relp_seen *seen;
	FILE *in;
	int fd;
	unsigned long next_txnr;
	unsigned long waiting[BATCH]; /* RELP_BACKWARDS */
	size_t waiting_count;
	bool over;
};

static int listen_somewhere(struct relp_server *r);
static void serve(int listener, const struct relp_script *scripts, size_t count,
    struct relp_server_log *log);
static bool take_frame(struct peer *peer);
static void on_open(struct peer *peer, unsigned long txnr);
static void on_record(
    struct peer *peer, unsigned long txnr, const char *data, size_t len);
static void note(struct peer *peer, const char *data, size_t len);
static void reply(struct peer *peer, unsigned long txnr);
static void reply_backwards(struct peer *peer, unsigned long txnr);
static void flush_backwards(struct peer *peer);
static void on_close(struct peer *peer, unsigned long txnr);
static void say(struct peer *peer, const char *words);
static void hint(struct peer *peer);
static void bad(struct peer *peer);
static void fail(const char *what);

void
relp_server_start(
    struct relp_server *r, const struct relp_script *scripts, size_t count)
{
	int listener = listen_somewhere(r);

	r->log = mmap(NULL, sizeof(*r->log), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->log == MAP_FAILED)
		fail("mmap");
	r->pid = fork();
	if (r->pid == -1)
		fail("fork");
	if (r->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGPIPE, SIG_IGN);
		(void)alarm(CHILD_LIMIT_S);
		serve(listener, scripts, count, r->log);
	}
	(void)close(listener);
}

void
relp_server_stop(struct relp_server *r)
{
	(void)kill(r->pid, SIGKILL);
	(void)waitpid(r->pid, NULL, 0);
	(void)munmap(r->log, sizeof(*r->log));
}

static int
listen_somewhere(struct relp_server *r)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
		fail("listen");
	(void)snprintf(r->server, sizeof(r->server), "127.0.0.1:%u",
	    (unsigned)ntohs(addr.sin_port));
	return fd;
}

static void
serve(int listener, const struct relp_script *scripts, size_t count,
    struct relp_server_log *log)
{
	const int on = 1;

	for (size_t i = 0; i < RELP_SERVER_SEEN_MAX; i++) {
		struct peer peer = {.log = log, .seen = &log->seen[i]};

		peer.script = &scripts[i < count ? i : count - 1];
		peer.fd = accept(listener, NULL, NULL);
		if (peer.fd == -1)
			break;
		(void)setsockopt(
		    peer.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		peer.in = fdopen(peer.fd, "r");
		peer.next_txnr = 1;
		log->count = i + 1;
		while (!peer.over && take_frame(&peer))
			continue;
		(void)fclose(peer.in);
	}
	(void)pause();
	_exit(0);
}

static bool
take_frame(struct peer *peer)
{
	static char data[RECORD_MAX];
	unsigned long txnr;
	char command[33];
	size_t len;

	if (fscanf(peer->in, "%9lu %32[a-z] %9zu", &txnr, command, &len) != 3)
		return false;
	if (len >= RECORD_MAX || txnr != peer->next_txnr ||
	    (len != 0 && getc(peer->in) != ' ')) {
		bad(peer);
		return false;
	}
	if (fread(data, 1, len, peer->in) != len)
		return false; /* torn: that is allowed */
	if (getc(peer->in) != '\n')
		return false;
	peer->next_txnr++;
	if (strcmp(command, "open") == 0 && txnr == 1)
		on_open(peer, txnr);
	else if (strcmp(command, "syslog") == 0 && peer->seen->opened)
		on_record(peer, txnr, data, len);
	else if (strcmp(command, "close") == 0 && len == 0)
		on_close(peer, txnr);
	else
		bad(peer);
	return true;
}

static void
on_open(struct peer *peer, unsigned long txnr)
{
	static const char offers[] =
	    "200 OK\nrelp_version=0\nrelp_software=script,1,x\ncommands=syslog";
	char frame[200];

	peer->seen->opened = true;
	if (peer->script->deed == RELP_HINT_OFFER) {
		hint(peer);
		return;
	}
	if (peer->script->deed == RELP_OFFER) {
		say(peer, peer->script->words);
		return;
	}
	(void)snprintf(frame, sizeof(frame), "%lu rsp %zu %s\n", txnr,
	    strlen(offers), offers);
	say(peer, frame);
}

static void
on_record(struct peer *peer, unsigned long txnr, const char *data, size_t len)
{
	const struct relp_script *script = peer->script;
	bool now = peer->seen->records == script->at;
	bool past = peer->seen->records >= script->at;
	const struct linger linger = {1, 0};
	char frame[100];

	note(peer, data, len);
	if (script->deed == RELP_BACKWARDS) {
		reply_backwards(peer, txnr);
	} else if (script->deed == RELP_HOLD && past) {
		return;
	} else if (script->deed == RELP_HINT && now) {
		hint(peer);
	} else if (script->deed == RELP_RESET && now) {
		(void)setsockopt(
		    peer->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		peer->over = true;
	} else if (script->deed == RELP_REFUSE && now) {
		(void)snprintf(frame, sizeof(frame),
		    "%lu rsp 17 500 no space left\n", txnr);
		say(peer, frame);
	} else if (script->deed == RELP_SERVERCLOSE && now) {
		say(peer, "0 serverclose 0\n");
	} else if (script->deed == RELP_SAY && now) {
		say(peer, script->words);
	} else {
		reply(peer, txnr);
	}
}

/* FNV-1a of the record, kept under its number. */
static void
note(struct peer *peer, const char *data, size_t len)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	unsigned long long number;
	size_t outstanding;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (unsigned char)data[i]) * UINT64_C(1099511628211);
	if (len < 22 || memcmp(data, "<14>rec ", 8) != 0) {
		bad(peer);
		return;
	}
	number = strtoull(data + 8, NULL, 10);
	if (number >= RELP_SERVER_RECORDS_MAX) {
		bad(peer);
		return;
	}
	if (peer->log->sums[number] != 0 && peer->log->sums[number] != sum)
		peer->log->differs = true;
	peer->log->sums[number] = sum;
	if (peer->seen->records == 0)
		peer->seen->first = number;
	if (number != peer->seen->first + peer->seen->records)
		bad(peer);
	peer->seen->records++;
	outstanding = peer->seen->records - peer->seen->acknowledged;
	if (outstanding > peer->log->outstanding)
		peer->log->outstanding = outstanding;
}

static void
reply(struct peer *peer, unsigned long txnr)
{
	char frame[100];

	peer->seen->acknowledged++;
	(void)snprintf(frame, sizeof(frame), "%lu rsp 6 200 OK\n", txnr);
	say(peer, frame);
}

static void
reply_backwards(struct peer *peer, unsigned long txnr)
{
	peer->waiting[peer->waiting_count++] = txnr;
	if (peer->waiting_count == BATCH)
		flush_backwards(peer);
}

static void
flush_backwards(struct peer *peer)
{
	while (peer->waiting_count != 0)
		reply(peer, peer->waiting[--peer->waiting_count]);
}

static void
on_close(struct peer *peer, unsigned long txnr)
{
	char frame[100];

	(void)snprintf(
	    frame, sizeof(frame), "%lu rsp 0\n0 serverclose 0\n", txnr);
	say(peer, frame);
	peer->seen->closed = true;
	peer->over = true;
}

static void
say(struct peer *peer, const char *words)
{
	size_t step = peer->script->deed == RELP_DRIP ? 1 : strlen(words);

	for (size_t len = strlen(words); len != 0; len -= step, words += step)
		(void)send(peer->fd, words, step, 0);
}

/* Until the connection is gone. */
static void
hint(struct peer *peer)
{
	const char *words = peer->script->words;

	while (send(peer->fd, words, strlen(words), 0) != -1)
		(void)poll(NULL, 0, HINT_EVERY_MS);
	peer->over = true;
}

static void
bad(struct peer *peer)
{
	peer->log->bad = true;
	peer->over = true;
}

static void
fail(const char *what)
{
	perror(what);
	abort();
}
