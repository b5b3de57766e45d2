/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a probe.
 */
#ifndef CEFD_INTAKE_PROBE_SAY_H
#define CEFD_INTAKE_PROBE_SAY_H

#include <stdbool.h>

#include "base/step_line.h"

struct probe;

/* What a line is about: more than there are steps, since one answer of the API
 * tells several things. */
enum probe_topic {
	TOPIC_TOKEN_FILE,
	TOPIC_NAME,
	TOPIC_CONNECT,
	TOPIC_CERTIFICATE,
	TOPIC_CHAIN,
	TOPIC_FINGERPRINT,
	TOPIC_ANSWER,
	TOPIC_TOKEN,
	TOPIC_PERMISSION,
	TOPIC_LICENCE,
	TOPIC_CLOCK,
	TOPIC_LIST,
	TOPIC_DETAIL,
	TOPIC_TOKENS,
	TOPIC_END
};

/* Say one line: what is known of a topic, and what to do next. */
void probe_say(struct probe *p, enum step_mark mark, enum probe_topic topic,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The last line. True when no step failed. */
bool probe_sum_up(struct probe *p);

#endif
