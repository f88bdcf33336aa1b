/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of backup codes: a JSON array of hashes, as the PHP program keeps it. Owns reading and writing it. Entries are ours
 * ("b2:", keyed, made by whoever has the key) or the PHP program's (bcrypt, of short codes only), side by side. It must not know when a code is good.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "svc/app.h"
#include "svc/second_int.h"
#include "svc/second_keys.h"

#include <jansson.h>
#include <sodium.h>

#define LIST_MAX 64

void
codes_read(struct op *op, const char *json, struct code_list *ret)
{
	json_t *root = json ? json_loads(json, 0, NULL) : NULL, *item;
	size_t i;

	*ret = (struct code_list){ .at = arena_array(op->arena, LIST_MAX, sizeof(char *)) };
	json_array_foreach(root, i, item)
	{
		if (json_is_string(item) && ret->n < LIST_MAX)
			ret->at[ret->n++] = arena_strdup(op->arena, json_string_value(item));
	}
	json_decref(root);
}

const char *
codes_text(struct op *op, const struct code_list *list, size_t skip)
{
	struct str s = STR_INIT;
	const char *text;

	str_addc(&s, '[');
	for (size_t i = 0, n = 0; i < list->n; i++) {
		if (i == skip)
			continue;
		if (n++ > 0)
			str_addc(&s, ',');
		str_add_json(&s, list->at[i]);
	}
	str_addc(&s, ']');
	text = arena_strdup(op->arena, str_text(&s));
	str_release(&s);
	return text;
}

/* How a code is kept under the key in force and under the one before. */
static enum rc
keep(struct op *op, int64_t admin_id, const char *code, struct second_told *ret)
{
	struct second_ask ask = { .question = SECOND_ASK_BACKUP, .admin_id = admin_id };

	(void)snprintf(ask.code, sizeof(ask.code), "%s", code);
	return second_question(op, &ask, ret);
}

enum rc
codes_new(struct op *op, int64_t admin_id, struct second_codes *ret, const char **ret_json)
{
	struct code_list list = { .at = arena_array(op->arena, BACKUP_CODES, sizeof(char *)),
		.n = BACKUP_CODES };

	for (size_t i = 0; i < BACKUP_CODES; i++) {
		struct second_told told;
		char code[BACKUP_LEN + 1];
		enum rc rc;

		backup_new(code);
		backup_show(code, ret->at[i]);
		rc = keep(op, admin_id, code, &told);
		explicit_bzero(code, sizeof(code));
		if (rc != RC_OK)
			return rc;
		list.at[i] = arena_strdup(op->arena, told.kept[0]);
	}
	*ret_json = codes_text(op, &list, SIZE_MAX);
	return RC_OK;
}

static bool
is_ours(const char *entry)
{
	return strncmp(entry, "b2:", 3) == 0;
}

/* All are compared, whichever it is. */
static enum rc
find_ours(struct op *op, int64_t admin_id, const struct code_list *list, const char *code, size_t *ret_at)
{
	struct second_told told;
	size_t ours = 0;
	enum rc rc;

	for (size_t i = 0; i < list->n; i++)
		ours += is_ours(list->at[i]);
	if (ours == 0)
		return RC_OK;
	if ((rc = keep(op, admin_id, code, &told)) != RC_OK)
		return rc;
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < ARRAY_LEN(told.kept); k++)
			if (*told.kept[k] && text_equal_ct(told.kept[k], list->at[i]))
				*ret_at = i;
	return RC_OK;
}

static enum rc
find_fork(struct op *op, const struct code_list *list, const char *code, size_t *ret_at)
{
	for (size_t i = 0; i < list->n && *ret_at == SIZE_MAX && strlen(code) == BACKUP_SHORT_LEN; i++) {
		bool same = false;
		enum rc rc = is_ours(list->at[i]) ? RC_OK : app_verify(op, list->at[i], code, &same);

		if (rc != RC_OK)
			return rc;
		if (same)
			*ret_at = i;
	}
	return RC_OK;
}

enum rc
codes_find(struct op *op, int64_t admin_id, const struct code_list *list, const char *code, size_t *ret_at)
{
	enum rc rc;

	*ret_at = SIZE_MAX;
	rc = find_ours(op, admin_id, list, code, ret_at);
	return rc == RC_OK ? find_fork(op, list, code, ret_at) : rc;
}
