/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on a session:
 *
 *   end     before ours   after ours, with octets    after ours, all octets
 *                         unacknowledged             acknowledged
 *   CLOSED  none          none                       close-notify
 *   EOF     none          none                       eof
 *   BROKEN  none          none                       none
 *   SILENT  none          none                       auto: kernel, close: none
 *
 * The middle column is the race in which the peer gives up just when we end:
 * its FIN is read after ours was sent, but it left before ours came. What it
 * sent after reading all of ours would have acknowledged all of ours.
 */
#include "config.h"

#include "deliver/session.h"

void
session_begin(
    struct session *s, const struct session_caps *caps, int64_t now_ms)
{
	s->caps = *caps;
	s->began_ms = now_ms;
	s->next = 0;
	s->records = 0;
	s->bytes = 0;
	s->written = 0;
	s->confirmed_to = 0;
	s->confirmed = 0;
}

bool
session_has_room(const struct session *s, int64_t now_ms)
{
	if (s->records == 0)
		return true;
	return s->records < s->caps.records && s->bytes < s->caps.bytes &&
	    now_ms - s->began_ms < s->caps.time_ms;
}

void
session_put(struct session *s, uint64_t number, size_t framed)
{
	s->next = number + 1;
	s->records++;
	s->bytes += framed;
	if (number < s->sent_before)
		s->resent++;
}

void
session_confirm(struct session *s, uint64_t before, uint64_t count)
{
	s->confirmed_to = before;
	s->confirmed = count;
}

void
session_fail(struct session *s)
{
	if (s->written != 0 && s->next > s->sent_before)
		s->sent_before = s->next;
}

void
session_forget(struct session *s)
{
	s->next = 0;
	s->written = 0;
	s->sent_before = 0;
}

enum session_level
session_verdict(const struct session_facts *facts)
{
	if (!facts->finished || facts->unacknowledged != 0)
		return SESSION_NONE;
	switch (facts->end) {
	case SESSION_END_CLOSED:
		return SESSION_CLOSE_NOTIFY;
	case SESSION_END_EOF:
		return SESSION_EOF;
	case SESSION_END_BROKEN:
		return SESSION_NONE;
	case SESSION_END_SILENT:
		return facts->confirm == CONFIRM_AUTO ? SESSION_KERNEL
		                                      : SESSION_NONE;
	}
	return SESSION_NONE;
}

const char *
session_end_str(const struct session *s, int64_t now_ms)
{
	if (s->records >= s->caps.records)
		return "as many records as a session, or the rate, lets "
		       "through";
	if (s->bytes >= s->caps.bytes)
		return "as many octets as a session may hold";
	if (now_ms - s->began_ms >= s->caps.time_ms)
		return "as long as a session may take";
	return "no more records wait that it can take";
}

const char *
session_level_str(enum session_level level)
{
	switch (level) {
	case SESSION_NONE:
		return "none";
	case SESSION_KERNEL:
		return "kernel";
	case SESSION_EOF:
		return "eof";
	case SESSION_CLOSE_NOTIFY:
		return "close-notify";
	case SESSION_RELP:
		return "relp";
	case SESSION_FILE:
		return "file";
	}
	return "none";
}
