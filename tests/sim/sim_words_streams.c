/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists for the streams beside the threats. Statuses are plain text, since
 * they may also come from a test; all others are as in sim_words.c.
 */
#include "config.h"

#include "sim_words.h"

static const char *const case_statuses[] = {
    "Action Required", "Acknowledged (In progress)",
    "Acknowledged (Attack resolved)", "Acknowledged (Not an attack)",
    "Re-opened | tier=2 \\ night shift", /* not the API's */
};
SIM_WORDS(sim_case_statuses, case_statuses);

static const char *const case_severities[] = {
    "Potential Account Takeover",
    "Account Takeover",
    "Account Compromised",
};
SIM_WORDS(sim_case_severities, case_severities);

static const char *const case_levels[] = {"LOW", "MEDIUM", "HIGH", "HIGH"};
SIM_WORDS(sim_case_levels, case_levels);

static const char *const case_analyses[] = {
    "SIGN_IN",
    "MAIL_FILTER",
    "RISK_EVENT",
    "CROWDSTRIKE_INCIDENT",
    "Signin Event",
};
SIM_WORDS(sim_case_analyses, case_analyses);

static const char *const case_remediations[] = {
    "Not remediated",
    "remediated",
    "Remediated",
    "Remediation attempted",
};
SIM_WORDS(sim_case_remediations, case_remediations);

static const char *const case_descriptions[] = {
    "Somebody else may be using this mailbox",
    "Sign-in from a place never seen before",
    "R\\u00e8gle de messagerie suspecte",
    "Many letters to strangers | within an hour",
    "\U0001F6A8 token=stolen \\\\ replayed",
    "",
};
SIM_WORDS(sim_case_descriptions, case_descriptions);

static const char *const case_signals[] = {
    "Rare country",
    "Hosting provider",
    "Rule hides replies",
    "Sign-in burst",
    "\\u898b\\u77e5\\u3089\\u306c device",
};
SIM_WORDS(sim_case_signals, case_signals);

static const char *const summaries[] = {
    "The account signed in from two continents within one hour.",
    "A rule was made that moves answers to an unused folder.",
    "Der Benutzer best\\u00e4tigte eine unerwartete Anfrage \u2013 zweimal.",
    "Score=0.93 | threshold=0.80 \\\\ reviewed by nobody yet.",
    "First line\\nsecond line with a tab\\there.",
    "The letters were sent to 212 people who had never heard of the sender.",
    "\\ud83d\\udd11 A key was added to the account.",
};
SIM_WORDS(sim_summaries, summaries);

static const char *const providers[] = {
    "Example Telecom",
    "Hosting & Co. = cheap",
    "Fernmeldeb\u00fcro",
    "",
};
SIM_WORDS(sim_providers, providers);

static const char *const cities[] = {
    "Springfield",
    "S\\u00e3o Exemplo",
    "\u4f8b\u5e02",
    "Newtown | North",
};
SIM_WORDS(sim_cities, cities);

static const char *const markings[] = {
    "Malicious", "Suspicious", "Compromised", "Fraudulent",
    "Under review = open", /* not the API's */
};
SIM_WORDS(sim_markings, markings);

static const char *const vendor_highlights[] = {
    "Sender domain registered last week",
    "Bank details differ from the last invoice",
    "Reply address is not the vendor\\u2019s",
    "Tone = urgent | unusual",
};
SIM_WORDS(sim_vendor_highlights, vendor_highlights);

/* A campaign that is "Scanning" is asked for by a test. */
static const char *const judgements[] = {
    "Malicious", "Malicious", "Spam", "Safe",
    "Phish | simulated=1", /* not the API's */
};
SIM_WORDS(sim_judgements, judgements);

static const char *const overall_statuses[] = {
    "No Action Needed",
    "Auto-Remediated",
    "Could not find original message",
    "",
};
SIM_WORDS(sim_overall_statuses, overall_statuses);

static const char *const reported_types[] = {
    "Attack Type: Phishing: Credential",
    "Attack Type: Scam",
    "Attack Type: Spam",
    "Attack Type: Graymail",
    "Malicious: Phishing",
};
SIM_WORDS(sim_reported_types, reported_types);

static const char *const reasons[] = {
    "PHISHING_SIMULATION", "EXCLUDED_SENDER", "CUSTOM_FILTER",
    "INVALID_MAILBOX", "ORIGINAL_EMAIL_NOT_LOCATED", "UNKNOWN_REPORTER",
    "INVALID_SUBMISSION", "ROUTED_SUBMISSION", "COULD_NOT_EXTRACT",
    "FROM_PHISHING_MAILBOX", "NOT_ANALYZED_POV_QUOTA_REACHED",
    "AI_CONVERSATION", "TOO_LARGE|LIMIT=25", /* not the API's */
};
SIM_WORDS(sim_reasons, reasons);

static const char *const audit_actions[] = {
    "view_message_content", "update_remediation_status", "search_messages",
    "login", "change=policy|tenant", /* not the API's */
};
SIM_WORDS(sim_audit_actions, audit_actions);

static const char *const audit_categories[] = {
    "abuse_mailbox",
    "threat_log",
    "search-and-respond-notifications",
    "settings",
};
SIM_WORDS(sim_audit_categories, audit_categories);

/* "null" is a string, as the API has it. */
static const char *const audit_reasons[] = {
    "null",
    "null",
    "",
    "asked for by the help desk | ticket=4711",
    "V\\u00e9rification n\\u00b0 7\\nseconde ligne",
};
SIM_WORDS(sim_audit_reasons, audit_reasons);

static const char *const link_texts[] = {
    "Open the document",
    "https://intranet.corp.example/login",
    "\\u70b9\\u51fb\\u8fd9\\u91cc",
    "un\\u200bsub\\u200bscribe | here=now",
    "",
};
SIM_WORDS(sim_link_texts, link_texts);
