/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that messages are made of. All are invented here. Each is the
 * inside of a JSON string, escapes included, so that a list can hold what a
 * proper encoder would not write.
 */
#ifndef CEFD_SIM_WORDS_H
#define CEFD_SIM_WORDS_H

#include <stddef.h>

struct sim_words {
	const char *const *word;
	size_t count;
};

extern const struct sim_words sim_plain_subjects;
extern const struct sim_words sim_odd_subjects;
extern const struct sim_words sim_broken_subjects; /* not valid UTF-8 */
extern const struct sim_words sim_people;
extern const struct sim_words sim_domains; /* senders' */
extern const struct sim_words sim_attack_types;
extern const struct sim_words sim_attack_strategies;
extern const struct sim_words sim_attack_vectors;
extern const struct sim_words sim_attacked_parties;
extern const struct sim_words sim_impersonated_parties;
extern const struct sim_words sim_insights;
extern const struct sim_words sim_attachments;

#endif
