/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members are those of the API's reference, as servers of today send them;
 * one text in eight has letters that are not ASCII, one in eight an escape.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "base/rng.h"
#include "bench_details.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PICK(rng, array) ((array)[rng_below((rng), COUNT(array))])

/* 2026-01-01, and how far apart threats are. */
#define FIRST_MS INT64_C(1767225600000)
#define APART_MS 7919

struct draft {
	struct buf *out;
	struct rng rng;
	const char *threat;
	int64_t received_ms;
};

static const char *const types[] = {"Phishing: Credential", "Scam", "Malware",
    "Invoice/Payment Fraud (BEC)", "Social Engineering (BEC)", "Extortion",
    "Spam", "Reconnaissance", "Other"};
static const char *const strategies[] = {"Name Impersonation", "Spoofed Email",
    "External Compromised Email Account", "Unknown Sender"};
static const char *const vectors[] = {
    "Link", "Attachment", "Text", "QR Code", "Others"};
static const char *const attacked[] = {"Employee (Other)", "VIP", "Other"};
static const char *const impersonated[] = {
    "Brand", "VIP", "Employee (other)", "Known Partners", "None / Others"};
static const char *const statuses[] = {"Auto-Remediated", "Auto-Remediated",
    "Auto-Remediated", "Post Remediated", "No Action Done"};
static const char *const subjects[] = {
    "Your mailbox storage is almost full, please confirm your account",
    "Re: overdue invoice 2026-0417 for the project in Rotterdam",
    "Action required: updated bank details for the next payment run",
    "A colleague shared the file \\\"Q1 budget = final.xlsx\\\" with you",
    "Payroll: direct deposit form needs your signature today",
    "Pr\xc3\xa9paration de la r\xc3\xa9union: facture \xe2\x84\x96 88 jointe",
    "\\u00dcberweisung \\ud83d\\udcb6 wartet auf Ihre Best\\u00e4tigung",
    "Missed call from +1 202 555 0143 | voicemail 00:37 attached"};
static const char *const people[] = {"Dana Whitfield", "Jon Park",
    "Marguerite Oyelaran", "IT Service Desk", "Accounts Payable",
    "Lukas Lindstr\xc3\xb6m", "Priya N. Raman", "R\\u00f3isin Byrne"};
static const char *const hosts[] = {"mail.supplier.example", "news.example.net",
    "billing-portal.example", "secure-login.example.org"};
static const char *const insights[] = {"Unusual Sender", "Suspicious Link",
    "Unusual Reply To", "Young Sender Domain", "Language of Urgency",
    "Suspicious Financial Request", "Abnormal Email Body HTML",
    "Never Seen Sender Email"};
static const char *const files[] = {"Invoice_2026-0417.pdf",
    "Remittance advice.html", "scan0031.zip", "payroll-form.docx"};

static void put_message(struct draft *d, unsigned n);
static void put_sender(struct draft *d);
static void put_recipients(struct draft *d, unsigned n);
static void put_times(struct draft *d);
static void put_lists(struct draft *d);
static void put_list(struct draft *d, const char *name,
    const char *const *items, size_t item_count, uint64_t count);

void
bench_detail_put(struct buf *out, uint64_t number)
{
	struct draft d = {.out = out};
	char threat[40];

	rng_init(&d.rng, number + 1);
	(void)snprintf(threat, sizeof(threat),
	    "%08x-%04x-4%03x-8%03x-%012" PRIx64,
	    (unsigned)rng_below(&d.rng, UINT32_MAX),
	    (unsigned)rng_below(&d.rng, 0x10000),
	    (unsigned)rng_below(&d.rng, 0x1000),
	    (unsigned)rng_below(&d.rng, 0x1000), number);
	d.threat = threat;
	d.received_ms = FIRST_MS + (int64_t)number * APART_MS;
	(void)buf_printf(out,
	    "{\"threatId\":\"%s\",\"recipientCount\":%d,\"messages\":[", threat,
	    BENCH_DETAIL_MESSAGES);
	for (unsigned n = 0; n < BENCH_DETAIL_MESSAGES; n++) {
		if (n > 0)
			(void)buf_putc(out, ',');
		put_message(&d, n);
	}
	(void)buf_puts(out,
	    "],\"pageNumber\":1,\"tenantId\":1204,"
	    "\"tenantName\":\"Example Industries\"}");
}

static void
put_message(struct draft *d, unsigned n)
{
	int64_t id = (int64_t)rng_next(&d->rng);
	uint64_t read = rng_below(&d->rng, 2);

	(void)buf_printf(d->out,
	    "{\"threatId\":\"%s\",\"abxMessageId\":%" PRId64
	    ",\"abxMessageIdStr\":\"%" PRId64
	    "\",\"abxPortalUrl\":\"https://portal.example.com/home/"
	    "threat-center/remediation-history/%" PRId64 "\",",
	    d->threat, id, id, id);
	(void)buf_printf(d->out,
	    "\"subject\":\"%s\",\"attackType\":\"%s\","
	    "\"attackStrategy\":\"%s\",\"attackVector\":\"%s\","
	    "\"attackedParty\":\"%s\",\"impersonatedParty\":\"%s\",",
	    PICK(&d->rng, subjects), PICK(&d->rng, types),
	    PICK(&d->rng, strategies), PICK(&d->rng, vectors),
	    PICK(&d->rng, attacked), PICK(&d->rng, impersonated));
	put_sender(d);
	put_recipients(d, n);
	put_times(d);
	put_lists(d);
	(void)buf_printf(d->out,
	    "\"autoRemediated\":true,\"postRemediated\":false,\"isRead\":%s,"
	    "\"source\":\"Attack\",\"tenantId\":1204,"
	    "\"tenantName\":\"Example Industries\",\"customerOverride\":null}",
	    read ? "true" : "false");
}

static void
put_sender(struct draft *d)
{
	const char *host = PICK(&d->rng, hosts);
	unsigned box = (unsigned)rng_below(&d->rng, 10000);

	(void)buf_printf(d->out,
	    "\"fromName\":\"%s\",\"fromAddress\":\"notice-%u@%s\","
	    "\"senderDomain\":\"%s\",\"returnPath\":\"bounce+%u@%s\",",
	    PICK(&d->rng, people), box, host, host, box, host);
	if (rng_below(&d->rng, 10) == 0)
		(void)buf_puts(d->out, "\"senderIpAddress\":null,");
	else
		(void)buf_printf(d->out,
		    "\"senderIpAddress\":\"198.51.100.%u\",",
		    (unsigned)rng_below(&d->rng, 256));
	(void)buf_printf(d->out,
	    "\"internetMessageId\":\"<%016" PRIx64 ".%u@%s>\",",
	    rng_next(&d->rng), box, host);
}

static void
put_recipients(struct draft *d, unsigned n)
{
	unsigned box = (unsigned)rng_below(&d->rng, 10000);

	(void)buf_printf(
	    d->out, "\"recipientAddress\":\"user%u.%u@example.com\",", box, n);
	if (rng_below(&d->rng, 8) == 0)
		(void)buf_printf(d->out,
		    "\"toAddresses\":\"user%u.%u@example.com, "
		    "team@example.com\",",
		    box, n);
	else
		(void)buf_printf(d->out,
		    "\"toAddresses\":[\"user%u.%u@example.com\","
		    "\"team@example.com\"],",
		    box, n);
	if (rng_below(&d->rng, 4) == 0)
		(void)buf_puts(d->out,
		    "\"ccEmails\":[\"finance@example.com\"],"
		    "\"replyToEmails\":[\"reply@secure-login.example.org\"],");
	else
		(void)buf_puts(d->out, "\"ccEmails\":[],\"replyToEmails\":[],");
}

static void
put_times(struct draft *d)
{
	const char *status = PICK(&d->rng, statuses);
	char received[RFC3339_MS_LEN + 1], sent[RFC3339_MS_LEN + 1];

	rfc3339_ms(received, d->received_ms);
	rfc3339_ms(sent, d->received_ms - 2000);
	/* Whole seconds, cut before the fraction. */
	(void)buf_printf(d->out,
	    "\"receivedTime\":\"%.19sZ\",\"sentTime\":\"%.19sZ\","
	    "\"remediationStatus\":\"%s\",\"remediationTimestamp\":",
	    received, sent, status);
	if (status[0] == 'N')
		(void)buf_puts(d->out, "\"\",");
	else
		(void)buf_printf(d->out, "\"%.19s.%06uZ\",", received,
		    (unsigned)rng_below(&d->rng, 1000000));
}

static void
put_lists(struct draft *d)
{
	uint64_t urls = rng_below(&d->rng, 4), names = rng_below(&d->rng, 3);

	put_list(d, "summaryInsights", insights, COUNT(insights),
	    2 + rng_below(&d->rng, 4));
	put_list(d, "attachmentNames", files, COUNT(files), names);
	(void)buf_printf(
	    d->out, "\"attachmentCount\":%u,\"urls\":[", (unsigned)names);
	for (uint64_t i = 0; i < urls; i++)
		(void)buf_printf(d->out,
		    "%s\"https://%s/r/%08x?session=%08x&lang=en\"",
		    i > 0 ? "," : "", PICK(&d->rng, hosts),
		    (unsigned)rng_below(&d->rng, UINT32_MAX),
		    (unsigned)rng_below(&d->rng, UINT32_MAX));
	(void)buf_printf(d->out, "],\"urlCount\":%u,", (unsigned)urls);
}

static void
put_list(struct draft *d, const char *name, const char *const *items,
    size_t item_count, uint64_t count)
{
	uint64_t first = rng_below(&d->rng, item_count);

	(void)buf_printf(d->out, "\"%s\":[", name);
	for (uint64_t i = 0; i < count; i++)
		(void)buf_printf(d->out, "%s\"%s\"", i > 0 ? "," : "",
		    items[(first + i) % item_count]);
	(void)buf_puts(d->out, "],");
}
