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

#define SIM_WORDS(name, list) \
	const struct sim_words name = {list, sizeof(list) / sizeof(*(list))}

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

/* For the other streams; in sim_words_streams.c. */
extern const struct sim_words sim_case_statuses;
extern const struct sim_words sim_case_severities;
extern const struct sim_words sim_case_levels;
extern const struct sim_words sim_case_analyses;
extern const struct sim_words sim_case_remediations;
extern const struct sim_words sim_case_descriptions;
extern const struct sim_words sim_case_signals;
extern const struct sim_words sim_summaries;
extern const struct sim_words sim_providers;
extern const struct sim_words sim_cities;
extern const struct sim_words sim_markings;
extern const struct sim_words sim_vendor_highlights;
extern const struct sim_words sim_judgements;
extern const struct sim_words sim_overall_statuses;
extern const struct sim_words sim_reported_types;
extern const struct sim_words sim_reasons;
extern const struct sim_words sim_audit_actions;
extern const struct sim_words sim_audit_categories;
extern const struct sim_words sim_audit_reasons;
extern const struct sim_words sim_link_texts;

#endif
