/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test mail: the same way out as all others, without the queue, so that whoever configures it sees what happens. */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "ext/smtp.h"
#include "job/mail.h"

#define TEST_MS 60000

static enum rc
send(const struct conf *conf, const char *to, const char **ret_said, struct errs *errs)
{
	const struct conf_mail *m = &conf->mail;
	struct smtp_report report;
	char id[33];
	struct smtp_mail mail = { .from_name = m->from_name,
		.from = *m->from_email ? m->from_email : m->support_email,
		.to = to,
		.id = id,
		.date = clock_now() };
	enum rc rc;

	rand_hex(id, 16);
	mail.subject = arena_printf(errs->arena, N_("Test mail of %.200s"), conf->sitename);
	mail.text = arena_printf(errs->arena, N_("This is a test. %s can send mail through %s.\n"),
	    conf->sitename, m->host);
	if ((rc = smtp_prepare(m, errs)) != RC_OK ||
	    (rc = smtp_send(m, &mail, TEST_MS, &report, errs)) != RC_OK)
		return rc;
	*ret_said = report.said;
	return RC_OK;
}

enum rc
mail_test(const struct conf *conf, const char *to, const char **ret_said, struct errs *errs)
{
	struct addr a;
	const char *refused = addr_parse(to, ADDR_PLAIN, &a);

	if (refused)
		return err_add(errs, RC_INVALID, NULL, "%s", refused);
	if (!conf_mail_on(&conf->mail))
		return err_add(errs, RC_CONFIG, NULL,
		    N_("No mail is sent: resources.mail.transport.host names no mail server."));
	return send(conf, arena_strdup(errs->arena, a.full), ret_said, errs);
}
