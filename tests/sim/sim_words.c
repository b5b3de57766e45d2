/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists. The names of attacks are the API's own; a few that it does not
 * have are among them, since unknown ones must pass through.
 */
#include "config.h"

#include "sim_words.h"

static const char *const plain_subjects[] = {
    "Overdue invoice, second notice",
    "Your parcel could not be delivered",
    "Action needed: mailbox storage almost full",
    "Updated bank details for the next payment",
    "Are you at your desk?",
    "Payroll: please confirm your account",
    "Shared document: quarterly figures.xlsx",
    "Voice message from +1 555 0100 (0:42)",
    "Password expires today",
    "Re: Fwd: purchase order 4471-B",
    "Team lunch, please vote by noon",
    "Your subscription renews tomorrow for 349.00 USD",
    "Quick task, keep it between us",
    "Security alert: new sign-in from an unknown device",
    "Benefits enrolment closes at 17:00",
    "Calendar invite: contract review",
};
SIM_WORDS(sim_plain_subjects, plain_subjects);

static const char *const odd_subjects[] = {
    "Rechnung \u00fcberf\u00e4llig \u2013 Mahnung",
    "Facture impay\\u00e9e \\u2014 dernier rappel",
    "\\ud83d\\udcb0\\ud83d\\ude80 Prize waiting \\ud83c\\udf81",
    "\U0001F510 Verify your \U0001D4EA\U0001D4EC\U0001D4EC\U0001D4F8unt",
    "\u8acb\u6c42\u66f8\u306e\u304a\u77e5\u3089\u305b",
    "\\u0421\\u0440\\u043e\\u0447\\u043d\\u043e: \\u043e\\u043f\\u043b",
    "Ver\\u200bify y\\u200dour acc\\u200bount\\ufeff",
    "invoice\\u202efdp.exe\\u202c attached",
    "\\u2066isolated\\u2069 \\u202dtext\\u202c",
    "a|b|c pipes | everywhere |",
    "k=v and cs1=fake act=allowed externalId=0",
    "back\\\\slash \\\\= \\\\| \\\\n not a line end",
    "first line\\r\\nsecond line\\nthird\\rfourth",
    "ends with a backslash \\\\",
    "tab\\there and bell\\u0007 and escape\\u001b[31m red",
    "nul\\u0000inside and delete\\u007f",
    "c1 \\u0085 next line, \\u2028 line \\u2029 paragraph",
    "lone \\ud800 high and \\udc00 low surrogate",
    "swapped \\udca9\\ud83d surrogates",
    "CEF:0|Fake|Vendor|1|1|injected|10|act=none",
    "<13>1 2026-01-01T00:00:00Z host app - - - forged",
    "  blanks at both ends  ",
    "quotes \\\"double\\\" and 'single' and \\/slashes\\/",
    "",
    "\\u0645\\u0631\\u062d\\u0628\\u0627 \u05e9\u05dc\u05d5\u05dd",
    "e\\u0301 combining, \\ud83d\\udc68\\u200d\\ud83d\\udc69 joined",
    "100% free %s %n $(id) `id` ${jndi:ldap://x.invalid/a}",
    "{\\\"json\\\": [1, 2, 3]} in the subject",
};
SIM_WORDS(sim_odd_subjects, odd_subjects);

static const char *const broken_subjects[] = {
    "stray octet \xff here",
    "cut sequence \xe2\x82",
    "overlong \xc0\xaf slash",
    "latin-1 caf\xe9",
};
SIM_WORDS(sim_broken_subjects, broken_subjects);

static const char *const people[] = {
    "Ada Winter",
    "Bo Larsen",
    "Chidi Okoro",
    "Dana Fox",
    "Emil N\\u00f8rg\\u00e5rd",
    "Fatima Haddad",
    "Grace Liu",
    "Hugo P\u00e9rez",
    "IT Service Desk",
    "Accounts | Payable",
    "no-reply",
    "Jan \\\"JJ\\\" Jansen",
    "\\u5f20\\u4f1f",
    "Payroll = HR",
    "",
};
SIM_WORDS(sim_people, people);

static const char *const domains[] = {
    "mail.example.net",
    "parcel-notice.example",
    "billing.example.org",
    "secure-login.test",
    "xn--bcher-kva.example",
    "partner.example.com",
    "newsletter.example.net",
    "free-gifts.invalid",
};
SIM_WORDS(sim_domains, domains);

static const char *const attack_types[] = {
    "Phishing: Credential", "Phishing: Credential", "Spam", "Spam", "Scam",
    "Graymail", "Reconnaissance", "Social Engineering (BEC)",
    "Invoice/Payment Fraud (BEC)", "Malware", "Extortion",
    "Phishing: Sensitive Data",
    "Internal-to-Internal Attacks (Email Account Takeover)", "Other",
    "Deepfake | Voice \\\\ Lure", /* not the API's */
};
SIM_WORDS(sim_attack_types, attack_types);

static const char *const attack_strategies[] = {
    "Name Impersonation", "Internal Compromised Email Account",
    "External Compromised Email Account", "Spoofed Email", "Unknown Sender",
    "Covid 19 Related Attack", "Thread Hijack = new", /* not the API's */
};
SIM_WORDS(sim_attack_strategies, attack_strategies);

static const char *const attack_vectors[] = {
    "Link",
    "Link",
    "Attachment",
    "Text",
    "Others",
    "Attachment with Zipped File",
    "QR Code",
    "Calendar Invite",
    "Spam Bomb",
};
SIM_WORDS(sim_attack_vectors, attack_vectors);

static const char *const attacked_parties[] = {
    "VIP",
    "Employee (Other)",
    "Employee (other)",
    "Employee (other)",
    "Other",
    "Employee",
};
SIM_WORDS(sim_attacked_parties, attacked_parties);

static const char *const impersonated_parties[] = {
    "VIP",
    "Assistants",
    "Employee (other)",
    "Brand",
    "Known Partners",
    "Automated System (Internal)",
    "Automated System (External)",
    "Unknown Partner",
    "None / Others",
    "none / Others",
};
SIM_WORDS(sim_impersonated_parties, impersonated_parties);

static const char *const insights[] = {
    "Unusual Sender",
    "Unusual Sender Domain",
    "Suspicious Link",
    "Bitcoin Topics",
    "Personal Information Theft",
    "Urgent Language",
    "Mismatched Reply-To",
    "Invoice Related Content",
    "Young Domain; registered this week",
    "Sender name = VIP name",
};
SIM_WORDS(sim_insights, insights);

static const char *const attachments[] = {
    "invoice.pdf",
    "scan_0042.pdf",
    "payment;details.xlsx",
    "\\u8bf7\\u6c42.docx",
    "archive.tar.gz",
    "voice message.htm",
    "r\u00e9sum\u00e9 | final.doc",
};
SIM_WORDS(sim_attachments, attachments);
