/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking Dovecot over its doveadm HTTP API. Owns THE table of what can be asked, and how an answer becomes an outcome of ours. The surprising thing:
 * status 200 is no success; only "doveadmResponse" with the tag that was sent is, because Dovecot says what failed with status 200, too.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/form.h"
#include "base/rand.h"
#include "base/str.h"
#include "ext/doveadm.h"

#include <curl/curl.h>
#include <jansson.h>
#include <netdb.h>
#include <sodium.h>
#include <sys/socket.h>

#define CONNECT_MS 5000
#define ANSWER_MAX ((size_t)1 << 20)
#define HEADERS_MAX ((size_t)64 << 10)
#define DEPTH_MAX 8
#define TYPE_MAX 60

/* clang-format off */
static const struct {
	const char *name, *users; /* the parameter that takes users */
} commands[] = {
	[DOVEADM_AUTH_FLUSH] =      { "auth cache flush", "user" },
	[DOVEADM_AUTH_FLUSH_MASK] = { "auth cache flush", "user-mask" },
};
/* clang-format on */

/* One request on its way. */
struct talk {
	const struct conf_doveadm *conf;
	const char *command;
	int64_t timeout_ms;
	struct str body, answer;
	size_t headers; /* bytes of them so far */
	bool too_large, garbled;
	char tag[17];
	char error[CURL_ERROR_SIZE];
	long status;
};

/* ---- what is asked ---- */

bool
doveadm_user_ok(const char *user)
{
	struct addr a;

	return addr_parse(user, ADDR_PLAIN, &a) == NULL && strcmp(a.full, user) == 0 &&
	    !strpbrk(user, "*?[]\\");
}

static enum rc
write_body(struct talk *t, const struct doveadm_call *call, struct errs *errs)
{
	if (call->command >= DOVEADM__MAX || call->n_users > DOVEADM_USERS_MAX)
		return err_add(errs, RC_INTERNAL, NULL, "no such request to Dovecot");
	t->command = commands[call->command].name;
	STR_LIT(&t->body, "[[");
	str_add_json(&t->body, t->command);
	STR_LIT(&t->body, ",{");
	str_add_json(&t->body, commands[call->command].users);
	STR_LIT(&t->body, ":[");
	for (size_t i = 0; i < call->n_users; i++) {
		if (!doveadm_user_ok(call->users[i]))
			return err_add(errs, RC_INVALID, NULL,
			    "an address that Dovecot could take for several is not sent to it");
		if (i > 0)
			str_addc(&t->body, ',');
		str_add_json(&t->body, call->users[i]);
	}
	STR_LIT(&t->body, "]},");
	str_add_json(&t->body, t->tag);
	STR_LIT(&t->body, "]]");
	return RC_OK;
}

/* ---- what comes back ---- */

/* Too much of anything ends the conversation. */
static size_t
on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct talk *t = ctx;

	str_addn(&t->answer, data, size * n);
	t->too_large |= t->answer.failed;
	return t->too_large ? 0 : size * n;
}

/* libcurl takes whatever begins with "HTTP/" for status 200. */
static bool
is_garbled(const char *line, size_t len)
{
	static const char form[] = "HTTP/1.0 000"; /* 0: any digit */

	if (len < 5 || memcmp(line, form, 5) != 0)
		return false;
	for (size_t i = 5; form[i]; i++)
		if (i >= len || (form[i] == '0' ? line[i] < '0' || line[i] > '9' : line[i] != form[i]))
			return true;
	return false;
}

static size_t
on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct talk *t = ctx;

	t->headers += size * n;
	t->garbled |= is_garbled(data, size * n);
	t->too_large |= t->headers > HEADERS_MAX;
	return t->too_large ? 0 : size * n;
}

/* What Dovecot calls its error, as far as it can be printed. */
static const char *
printable(const char *text, struct arena *arena)
{
	char *out = arena_strndup(arena, text, strnlen(text, TYPE_MAX));

	for (char *p = out; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return out;
}

/* Numbers after which another try ends the same way. */
static bool
is_final(int64_t exit_code)
{
	static const int final[] = { 64, 65, 67, 68, 77, 78 };

	for (size_t i = 0; i < ARRAY_LEN(final); i++)
		if (exit_code == final[i])
			return true;
	return false;
}

static enum rc
unreadable(const struct talk *t, struct errs *errs, const char *why)
{
	return err_add(errs, RC_UNAVAILABLE, NULL, "doveadm's answer to \"%s\" %s", t->command, why);
}

static enum rc
read_error(const struct talk *t, json_t *payload, struct doveadm_reply *ret, struct errs *errs)
{
	const char *type = json_string_value(json_object_get(payload, "type"));
	bool final;

	ret->type = printable(type ? type : "?", errs->arena);
	ret->exit_code = json_integer_value(json_object_get(payload, "exitCode"));
	ret->known_method = strcmp(ret->type, "unknownMethod") != 0 &&
	    strcmp(ret->type, "invalidRequest") != 0;
	ret->refused_key = strcmp(ret->type, "unAuthorized") == 0;
	final = !ret->known_method || is_final(ret->exit_code);
	return err_add(errs, final ? RC_INVALID : RC_UNAVAILABLE, NULL,
	    "doveadm \"%s\" failed: %s (exit code %lld)", t->command, ret->type,
	    (long long)ret->exit_code);
}

/* [["doveadmResponse", rows, tag]] or [["error", what, tag]]: one, with our tag, and nothing else. */
static enum rc
read_answer(const struct talk *t, json_t *root, struct doveadm_reply *ret, struct errs *errs)
{
	json_t *one = json_array_size(root) == 1 ? json_array_get(root, 0) : NULL;
	const char *word, *tag;
	json_t *payload;

	if (!json_is_array(one) || json_array_size(one) != 3)
		return unreadable(t, errs, "is not one answer");
	word = json_string_value(json_array_get(one, 0));
	payload = json_array_get(one, 1);
	tag = json_string_value(json_array_get(one, 2));
	if (!word || !tag || strcmp(tag, t->tag) != 0)
		return unreadable(t, errs, "belongs to another question");
	if (strcmp(word, "error") == 0)
		return read_error(t, payload, ret, errs);
	if (strcmp(word, "doveadmResponse") != 0 || !json_is_array(payload))
		return unreadable(t, errs, "is none");
	ret->rows = json_incref(payload);
	return RC_OK;
}

/* The answer as JSON, NULL with a fault when it is none; to be given back. */
static json_t *
parse(const struct talk *t, struct errs *errs)
{
	const char *text = str_text(&t->answer);
	json_t *root;

	if (t->answer.len == 0) {
		unreadable(t, errs, "is empty: its process died over it");
		return NULL;
	}
	root = form_json_too_deep(text, t->answer.len, DEPTH_MAX)
	    ? NULL
	    : json_loadb(text, t->answer.len, JSON_REJECT_DUPLICATES, NULL);
	if (!root)
		unreadable(t, errs, "is no JSON");
	return root;
}

static enum rc
fault_of(CURLcode code, const struct talk *t, struct errs *errs)
{
	const char *host;
	int n = (int)conf_doveadm_host(t->conf, &host);
	unsigned port = conf_doveadm_port(t->conf);

	if (t->too_large)
		return unreadable(t, errs, "is longer than any of its");
	if (code == CURLE_GOT_NOTHING)
		return unreadable(t, errs, "is empty: its process died over it");
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return err_add(errs, RC_UNAVAILABLE, NULL, "doveadm at %.*s: no such host", n, host);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    "the certificate of doveadm at %.*s is not to be believed: %s", n, host, t->error);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_add(errs, RC_UNAVAILABLE, NULL, "doveadm at %.*s:%u took too long", n,
		    host, port);
	return err_add(errs, RC_UNAVAILABLE, NULL, "doveadm at %.*s:%u: %s", n, host, port,
	    *t->error ? t->error : curl_easy_strerror(code));
}

/* Was there an answer with status 200? */
static enum rc
arrived(const struct talk *t, CURLcode code, struct errs *errs)
{
	if (code != CURLE_OK)
		return fault_of(code, t, errs);
	if (t->garbled)
		return unreadable(t, errs, "is no HTTP");
	if (t->status == 401 || t->status == 403)
		return err_add(errs, RC_UNAVAILABLE,
		    NULL, "doveadm refuses the key: doveadm.http.api_key is not Dovecot's doveadm_api_key");
	if (t->status != 200)
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    "doveadm answered \"%s\" with HTTP status %ld", t->command, t->status);
	return RC_OK;
}

/* ---- the connection ---- */

static void
set_limits(CURL *curl, const struct conf_doveadm *conf, int64_t timeout_ms)
{
	curl_easy_setopt(curl, CURLOPT_URL, conf->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, conf_doveadm_tls(conf) ? "https" : "http");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)MIN(CONNECT_MS, MAX(timeout_ms, 1)));
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)MAX(timeout_ms, 1));
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (*conf->ca_file) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, conf->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
}

/* The key, as Dovecot wants it: base64 behind a word of its own. */
static struct curl_slist *
make_headers(const struct conf_doveadm *conf)
{
	static const char word[] = "Authorization: X-Dovecot-API ";
	size_t len = strlen(conf->api_key);
	size_t room = sizeof(word) + sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
	char *line = malloc(room);
	struct curl_slist *list, *all;

	if (!line)
		abort();
	memcpy(line, word, sizeof(word));
	sodium_bin2base64(line + sizeof(word) - 1, room - sizeof(word) + 1,
	    (const unsigned char *)conf->api_key, len, sodium_base64_VARIANT_ORIGINAL);
	list = curl_slist_append(NULL, line);
	sodium_memzero(line, room);
	free(line);
	all = curl_slist_append(list, "Content-Type: application/json");
	if (!all || !curl_slist_append(all, "Expect:"))
		abort();
	return all;
}

static CURLcode
perform(CURL *curl, struct talk *t)
{
	struct curl_slist *headers = make_headers(t->conf);
	CURLcode code;

	set_limits(curl, t->conf, t->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (t->body.len > 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)t->body.len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, str_text(&t->body));
	}
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &t->status);
	sodium_memzero(headers->data, strlen(headers->data));
	curl_slist_free_all(headers);
	return code;
}

/* Sends what is in t->body, or GET when that is empty; *ret_root is the answer, to be given back. */
static enum rc
converse(struct talk *t, json_t **ret_root, struct errs *errs)
{
	CURL *curl;
	CURLcode code;
	enum rc rc;

	*ret_root = NULL;
	if (!conf_doveadm_on(t->conf) || !*t->conf->api_key)
		return err_add(errs, RC_INVALID, NULL, "Dovecot's doveadm API is not configured");
	curl = curl_easy_init();
	if (!curl)
		return err_add(errs, RC_INTERNAL, NULL, "libcurl does not start");
	code = perform(curl, t);
	curl_easy_cleanup(curl);
	rc = arrived(t, code, errs);
	if (rc == RC_OK && !(*ret_root = parse(t, errs)))
		rc = RC_UNAVAILABLE;
	return rc;
}

static struct talk
talk_new(const struct conf_doveadm *conf, const char *command, int64_t timeout_ms)
{
	struct talk t = { .conf = conf, .command = command, .timeout_ms = timeout_ms };

	rand_hex(t.tag, 8);
	str_init(&t.body, ANSWER_MAX);
	str_init(&t.answer, ANSWER_MAX);
	return t;
}

static void
talk_end(struct talk *t)
{
	str_release(&t->body);
	str_release(&t->answer);
}

enum rc
doveadm_ask(const struct conf_doveadm *conf, const struct doveadm_call *call,
    struct doveadm_reply *ret, struct errs *errs)
{
	struct talk t = talk_new(conf, "", call->timeout_ms);
	json_t *root = NULL;
	enum rc rc = write_body(&t, call, errs);

	*ret = (struct doveadm_reply){ .type = "", .known_method = true };
	if (rc == RC_OK && (rc = converse(&t, &root, errs)) == RC_OK)
		rc = read_answer(&t, root, ret, errs);
	ret->refused_key |= t.status == 401 || t.status == 403;
	json_decref(root);
	talk_end(&t);
	return rc;
}

/* [{"command":"authCacheFlush","parameters":[{"name":"user","type":"array"}]}, ...] */
static enum rc
read_commands(const struct talk *t, json_t *root, struct doveadm_about *ret, struct errs *errs)
{
	json_t *one, *parameter;
	size_t i, k;

	json_array_foreach(root, i, one)
	{
		const char *name = json_string_value(json_object_get(one, "command"));

		ret->commands += name != NULL;
		if (!name || strcmp(name, "authCacheFlush") != 0)
			continue;
		json_array_foreach(json_object_get(one, "parameters"), k, parameter)
		{
			const char *is = json_string_value(json_object_get(parameter, "name"));

			ret->flush_by_mask |= is && strcmp(is, "userMask") == 0;
		}
	}
	return ret->commands > 0 ? RC_OK : unreadable(t, errs, "is no list of commands");
}

enum rc
doveadm_probe(const struct conf_doveadm *conf, int64_t timeout_ms, struct doveadm_about *ret,
    struct errs *errs)
{
	struct talk t = talk_new(conf, "list of commands", timeout_ms);
	json_t *root = NULL;
	enum rc rc = converse(&t, &root, errs);

	*ret = (struct doveadm_about){ 0 };
	if (rc == RC_OK)
		rc = read_commands(&t, root, ret, errs);
	json_decref(root);
	talk_end(&t);
	return rc;
}

void
doveadm_reply_end(struct doveadm_reply *r)
{
	json_decref(r->rows);
	r->rows = NULL;
}

/* From 2.4.3 on the parameter is called otherwise; there, too, what is sent holds no wildcard. */
enum rc
doveadm_auth_flush(const struct conf_doveadm *conf, const char *const *users, size_t n,
    int64_t timeout_ms, struct errs *errs)
{
	struct doveadm_call call = {
		.command = DOVEADM_AUTH_FLUSH, .users = users, .n_users = n, .timeout_ms = timeout_ms
	};
	struct doveadm_reply reply;
	enum rc rc = doveadm_ask(conf, &call, &reply, errs);

	doveadm_reply_end(&reply);
	if (rc == RC_OK || reply.known_method)
		return rc;
	err_clear(errs);
	call.command = DOVEADM_AUTH_FLUSH_MASK;
	rc = doveadm_ask(conf, &call, &reply, errs);
	doveadm_reply_end(&reply);
	return rc;
}

enum rc
doveadm_prepare(const struct conf_doveadm *conf, struct errs *errs)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	const char *host;
	size_t n;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_add(errs, RC_INTERNAL, NULL, "libcurl does not start");
	if (!conf_doveadm_on(conf))
		return RC_OK;
	/* names are looked up by modules that the C library loads when they are first needed */
	n = conf_doveadm_host(conf, &host);
	if (getaddrinfo(arena_strndup(errs->arena, host, n), NULL, &hints, &list) == 0)
		freeaddrinfo(list);
	return RC_OK;
}
