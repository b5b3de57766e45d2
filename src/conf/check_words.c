/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a filter asks for. Abnormal may bring up words that are not known here,
 * so one of them is no error; but most are mistyped, and all that was wanted
 * would be left out without a word.
 */
#include "config.h"

#include "base/shown.h"
#include "conf/build.h"
#include "conf/findings.h"
#include "conf/options.h"
#include "conf/raw.h"

/* Of threats; from the API's documentation, and as seen. */
static const char *const attack_types[] = {
    "Internal-to-Internal Attacks (Email Account Takeover)",
    "Invoice/Payment Fraud (BEC)",
    "Social Engineering (BEC)",
    "Phishing: Credential",
    "Phishing: Sensitive Data",
    "Malware",
    "Extortion",
    "Scam",
    "Reconnaissance",
    "Spam",
    "Graymail",
    "Other",
    NULL,
};

/* Of threats and of cases. */
static const char *const statuses[] = {
    "Auto-Remediated",
    "Post Remediated",
    "Manually Remediated",
    "Remediated",
    "Remediation Attempted",
    "Would Remediate",
    "Not Remediated",
    "No Action Done",
    "Marked Safe",
    NULL,
};

static void check_setting(const struct raw_setting *setting,
    const char *const *known, struct findings *findings);
static bool is_known(const char *const *known, struct text word);

void
check_words(const struct raw_section *section, struct findings *findings)
{
	check_setting(raw_find(section,
	                  option_find(section->section, TEXT("attack-types"))),
	    attack_types, findings);
	check_setting(
	    raw_find(section, option_find(section->section, TEXT("statuses"))),
	    statuses, findings);
}

static void
check_setting(const struct raw_setting *setting, const char *const *known,
    struct findings *findings)
{
	for (size_t i = 0; setting != NULL && i < setting->count; i++) {
		struct text word = text_trim(text_of(setting->values[i].text));
		struct shown seen = shown(word);

		if (!is_known(known, word))
			findings_warning(findings, setting->line,
			    "%s: \"%.*s%s\" is none that is known (%s ...): "
			    "where it is mistyped, what was meant is left out",
			    setting->option->name, seen.len, seen.ptr,
			    seen.dots, known[0]);
	}
}

static bool
is_known(const char *const *known, struct text word)
{
	for (; *known != NULL; known++)
		if (text_eq_word(text_of(*known), word))
			return true;
	return false;
}
