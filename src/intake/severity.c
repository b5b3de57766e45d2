/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API gives a threat no severity, so the record's comes from a table of
 * attack types: how bad the attack is, not how it ended. Nothing is taken off
 * for an automatic remediation; a threat that is still in the mailbox, or that
 * is aimed at a VIP, is one step worse.
 */
#include "config.h"

#include "intake/normalise.h"

#define SEVERITY_UNKNOWN 5
#define SEVERITY_MARKED_SAFE 1
#define SEVERITY_RAISED_FROM 4
#define SEVERITY_MAX 10

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct severity_rule builtin[] = {
    {TEXT("Internal-to-Internal Attacks (Email Account Takeover)"), 9},
    {TEXT("Malware"), 9},
    {TEXT("Invoice/Payment Fraud (BEC)"), 8},
    {TEXT("Social Engineering (BEC)"), 8},
    {TEXT("Phishing: Credential"), 8},
    {TEXT("Phishing: Sensitive Data"), 8},
    {TEXT("Extortion"), 7},
    {TEXT("Scam"), 7},
    {TEXT("Reconnaissance"), 4},
    {TEXT("Spam"), 3},
    {TEXT("Graymail"), 2},
};

static const struct text not_removed[] = {
    TEXT("No Action Done"),
    TEXT("Would Remediate"),
    TEXT("Not Remediated"),
    TEXT("Remediation Attempted"),
};

static int base_of(
    const struct normalise_context *context, struct text attack_type);

int
normalise_severity(const struct normalise_context *context,
    struct text attack_type, struct text status, struct text attacked_party)
{
	int severity;

	if (text_eq_nocase(status, TEXT("Marked Safe")))
		return SEVERITY_MARKED_SAFE;
	severity = base_of(context, attack_type);
	if (severity < SEVERITY_RAISED_FROM)
		return severity;
	for (size_t i = 0; i < COUNT(not_removed); i++)
		if (text_eq_nocase(status, not_removed[i]))
			severity++;
	if (text_eq_nocase(attacked_party, TEXT("VIP")))
		severity++;
	return severity > SEVERITY_MAX ? SEVERITY_MAX : severity;
}

static int
base_of(const struct normalise_context *context, struct text attack_type)
{
	attack_type = text_trim(attack_type);
	for (size_t i = 0; i < context->rule_count; i++)
		if (text_eq_nocase(attack_type, context->rules[i].attack_type))
			return context->rules[i].severity;
	for (size_t i = 0; i < COUNT(builtin); i++)
		if (text_eq_nocase(attack_type, builtin[i].attack_type))
			return builtin[i].severity;
	return SEVERITY_UNKNOWN;
}
