/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail to the mail server. Owns how an outcome of the library becomes one of ours. The surprising thing: how far a conversation came is read off
 * what the library would print when asked to be talkative, of which the commands' first words and the server's answers are kept, never what
 * follows AUTH.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "ext/mime.h"
#include "ext/smtp.h"

#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

#define CONNECT_MS 15000
#define ANSWER_S 60
#define SAID_MAX 200
#define MESSAGE_MAX ((size_t)1 << 20)

struct talk {
	const char *step;
	bool over; /* saying goodbye: what is said now does not count */
	int code;  /* of the last answer */
	char said[SAID_MAX + 1];
	char error[CURL_ERROR_SIZE];
};

/* ---- how far it came ---- */

static const struct {
	const char *word, *step;
} steps[] = {
	{ "EHLO", "EHLO" },
	{ "HELO", "EHLO" },
	{ "STARTTLS", "STARTTLS" },
	{ "AUTH", "AUTH" },
	{ "MAIL FROM", "MAIL FROM" },
	{ "RCPT TO", "RCPT TO" },
	{ "DATA", "DATA" },
};

static void
note_command(struct talk *t, const char *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (size >= strlen(steps[i].word) &&
		    strncasecmp(data, steps[i].word, strlen(steps[i].word)) == 0)
			t->step = steps[i].step;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
note_answer(struct talk *t, const char *data, size_t size)
{
	size_t n = 0;

	if (size < 3 || !is_digit(data[0]) || !is_digit(data[1]) || !is_digit(data[2]))
		return;
	t->code = (data[0] - '0') * 100 + (data[1] - '0') * 10 + data[2] - '0';
	while (n < size && n < SAID_MAX && data[n] != '\r' && data[n] != '\n')
		n++;
	memcpy(t->said, data, n);
	t->said[n] = '\0';
}

static int
on_debug(CURL *curl UNUSED, curl_infotype type, char *data, size_t size, void *ctx)
{
	struct talk *t = ctx;

	if (type == CURLINFO_HEADER_OUT && size >= 4 && strncasecmp(data, "QUIT", 4) == 0)
		t->over = true;
	if (t->over)
		return 0;
	if (type == CURLINFO_HEADER_OUT)
		note_command(t, data, size);
	else if (type == CURLINFO_HEADER_IN)
		note_answer(t, data, size);
	else if (type == CURLINFO_DATA_OUT && strcmp(t->step, "DATA") == 0)
		t->step = "content";
	else if (type == CURLINFO_TEXT && size > 12 && strncmp(data, "Connected to", 12) == 0)
		t->step = "greeting";
	return 0;
}

/* ---- the message ---- */

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : address;
}

static void
add_headers(struct str *s, const struct smtp_mail *m)
{
	STR_LIT(s, "Date: ");
	mime_add_date(s, m->date);
	STR_LIT(s, "\r\nFrom: ");
	mime_add_mailbox(s, m->from_name, m->from, sizeof("From: "));
	str_addf(s, "\r\nTo: %s\r\nSubject: ", m->to);
	mime_add_text(s, m->subject, sizeof("Subject: "));
	str_addf(s, "\r\nMessage-ID: <%s@%s>\r\n", m->id, domain_of(m->from));
	STR_LIT(s, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n");
}

static void
add_part(struct str *s, const char *type, const char *text)
{
	str_addf(s, "Content-Type: text/%s; charset=utf-8\r\n", type);
	STR_LIT(s, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	mime_add_quoted(s, text);
}

/* One part stands alone, two are alternatives. The boundary holds "=_", which quoted-printable cannot. */
static void
add_message(struct str *s, const struct smtp_mail *m)
{
	add_headers(s, m);
	if (!m->text || !m->html) {
		add_part(s, m->text ? "plain" : "html", m->text ? m->text : m->html);
		return;
	}
	str_addf(s, "Content-Type: multipart/alternative; boundary=\"=_%.40s\"\r\n\r\n--=_%.40s\r\n",
	    m->id, m->id);
	add_part(s, "plain", m->text);
	str_addf(s, "--=_%.40s\r\n", m->id);
	add_part(s, "html", m->html);
	str_addf(s, "--=_%.40s--\r\n", m->id);
}

/* What libcurl has taken so far. */
struct reader {
	const char *at;
	size_t left;
};

static size_t
on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct reader *r = ctx;
	size_t give = MIN(size * n, r->left);

	memcpy(to, r->at, give);
	r->at += give;
	r->left -= give;
	return give;
}

/* ---- the connection ---- */

static void
set_tls(CURL *curl, const struct conf_mail *conf)
{
	enum mail_tls tls = conf_mail_tls(conf);

	curl_easy_setopt(curl, CURLOPT_USE_SSL,
	    tls == MAIL_TLS_NONE ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, conf->verify_peer ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, conf->verify_peer && conf->verify_name ? 2L : 0L);
	if (*conf->ca_file) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, conf->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
}

static void
set_connection(CURL *curl, const struct conf_mail *conf, const struct smtp_mail *m, struct arena *arena)
{
	bool v6 = strchr(conf->host, ':') != NULL;

	curl_easy_setopt(curl, CURLOPT_URL,
	    arena_printf(arena, "%s://%s%s%s:%u/%s",
		conf_mail_tls(conf) == MAIL_TLS_IMPLICIT ? "smtps" : "smtp", v6 ? "[" : "",
		conf->host, v6 ? "]" : "", conf_mail_port(conf), domain_of(m->from)));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)ANSWER_S);
	if (*conf->username) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, conf->username);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, conf->password);
	}
	set_tls(curl, conf);
}

/* ---- outcomes ---- */

static bool
is_refusal(const struct talk *t)
{
	static const char *const final[] = { "MAIL FROM", "RCPT TO", "DATA", "content" };

	for (size_t i = 0; i < ARRAY_LEN(final); i++)
		if (strcmp(t->step, final[i]) == 0)
			return t->code >= 500;
	return false;
}

static enum rc
fault_of(CURLcode code, const struct talk *t, const struct conf_mail *conf, struct errs *errs)
{
	const char *host = conf->host;
	unsigned port = conf_mail_port(conf);

	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return err_add(errs, RC_UNAVAILABLE, NULL, "the mail server %s: no such host", host);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    "the certificate of the mail server %s is not to be believed: %s", host, t->error);
	if (code == CURLE_USE_SSL_FAILED)
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    "the mail server %s:%u offers no STARTTLS, and without it there is no mail",
		    host, port);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    "the mail server %s:%u took too long; last step: %s", host, port, t->step);
	if (t->code >= 400)
		return err_add(errs, is_refusal(t) ? RC_INVALID : RC_UNAVAILABLE, NULL,
		    "the mail server %s:%u answered %s: %s", host, port, t->step, t->said);
	return err_add(errs, RC_UNAVAILABLE, NULL, "the mail server %s:%u: %s; last step: %s", host,
	    port, *t->error ? t->error : curl_easy_strerror(code), t->step);
}

static enum rc
refuse_text(const char *what, const char *text, struct errs *errs)
{
	const char *refused = mime_refuse(text, strlen(text));

	return refused ? err_add(errs, RC_INVALID, NULL, "the mail's %s %s", what, refused) : RC_OK;
}

static enum rc
refuse_address(const char *what, const char *text, struct errs *errs)
{
	struct addr a;

	if (addr_parse(text, ADDR_ODD, &a) != NULL || strcmp(a.full, text) != 0)
		return err_add(errs, RC_INVALID, NULL, "the mail's %s is not a mail address", what);
	return RC_OK;
}

static enum rc
refuse(const struct smtp_mail *m, struct errs *errs)
{
	enum rc rc;

	if ((rc = refuse_address("sender", m->from, errs)) != RC_OK ||
	    (rc = refuse_address("recipient", m->to, errs)) != RC_OK ||
	    (rc = refuse_text("sender's name", m->from_name ? m->from_name : "", errs)) != RC_OK ||
	    (rc = refuse_text("id", m->id, errs)) != RC_OK)
		return rc;
	return refuse_text("subject", m->subject, errs);
}

/* ---- */

/* Names are looked up by modules that the C library loads when they are first needed, which a cage would not allow. */
static void
look_up(const char *host)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;

	if (getaddrinfo(host, NULL, &hints, &list) == 0)
		freeaddrinfo(list);
}

enum rc
smtp_prepare(const struct conf_mail *conf, struct errs *errs)
{
	CURL *curl;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_add(errs, RC_INTERNAL, NULL, "libcurl does not start");
	if (conf->host && *conf->host)
		look_up(conf->host);
	curl = curl_easy_init();
	if (!curl)
		return err_add(errs, RC_INTERNAL, NULL, "libcurl does not start");
	curl_easy_cleanup(curl);
	return RC_OK;
}

static CURLcode
perform(CURL *curl, const struct smtp_mail *mail, struct arena *arena)
{
	CLEANUP(str_release) struct str message = STR_INIT;
	struct curl_slist *to = curl_slist_append(NULL, arena_printf(arena, "<%s>", mail->to));
	struct reader reader;
	CURLcode code;

	if (!to)
		abort();
	str_init(&message, MESSAGE_MAX);
	add_message(&message, mail);
	reader = (struct reader){ str_text(&message), message.len };
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(arena, "<%s>", mail->from));
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(curl, CURLOPT_READDATA, &reader);
	code = message.failed ? CURLE_FILESIZE_EXCEEDED : curl_easy_perform(curl);
	curl_slist_free_all(to);
	return code;
}

enum rc
smtp_send(const struct conf_mail *conf, const struct smtp_mail *mail, int64_t timeout_ms,
    struct smtp_report *ret, struct errs *errs)
{
	struct talk t = { .step = "connect" };
	CURLcode code;
	CURL *curl;
	enum rc rc = refuse(mail, errs);

	*ret = (struct smtp_report){ .step = "message", .said = "" };
	if (rc != RC_OK)
		return rc;
	curl = curl_easy_init();
	if (!curl)
		return err_add(errs, RC_INTERNAL, NULL, "libcurl does not start");
	set_connection(curl, conf, mail, errs->arena);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)MAX(timeout_ms, 1));
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t.error);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &t);
	code = perform(curl, mail, errs->arena);
	curl_easy_cleanup(curl);
	*ret = (struct smtp_report){
		.step = t.step, .code = t.code, .said = arena_strdup(errs->arena, t.said)
	};
	return code == CURLE_OK ? RC_OK : fault_of(code, &t, conf, errs);
}
