// SPDX-License-Identifier: GPL-3.0-or-later
// An administrator as the PHP program left it, with a real second factor of its making: the device and the backup codes go on working, and what is
// kept is sealed anew on the way.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';
import { code, restOfStep, step } from './lib/totp.mjs';

const admin = { username: 'super@example.org', password: 'Sup3r-Secret-Admin!' };
const secret = 'BYMNFYBKUYYLGYR3GQX5NQMKND4VUXLH';
const codes = ['R28DYKGNW7', 'T9U978HRRY', 'R3ZNMQ4DAB', 'NU7TVLAV6Q', 'K6Q8JQ827Q', 'ZU6D4YVQPS', 'FA59JTXPD9', 'MAHKCZH35V'];
const rows = {
	'auth.totp.secret': 'vps4KaY4ljToA0tFM+AwPL7jxqsoTGEvRFj82/k61/gfpsmynTI4j2/Bsa5sxK7oHNsm98hDe1eaQ3MsXESJuAfrSScwHQik',
	'auth.totp.backup': '["$2y$12$9dwkGahHi4p2J\\/aSWhIuzeU0jiwm1JXwhYCNU5xvqmB6qwZrJ.XrK","$2y$12$8MUxxgFP3zk6NhfnyaRrwe88PIeWbKVUY4raIdtB6cw8jKuhwPclu","$2y$12$qAZlvu0IWowC6ZEOlBsaHO38nNsgzjO24DgcdE3aSlz0wy9nbfol6","$2y$12$XpLiSGhcNSkv5f4sdkCXPOOCJt5HEiCOaGiMO.SjfeBpaws1PouRO","$2y$12$u2iBeNGZ9vVt5bQdwdTyCOnGUc52lrlcr3dix9IcIw8UX5iAubek2","$2y$12$syCyd1malI.0tm9G4tHJYe4LzJ09GORr5sgnYRbwBegaWNKmzfw5q","$2y$12$9i229z87\\/K03LVAUMoRjC.YV1Rbvijeggso8v1ujOUUAmmjKwneu.","$2y$12$R.s9oNfuiJ5sqwVhUSA58OibxmTgR5gz5WobGULXPWSn8iN1wUH3q"]',
	'auth.totp.lastts': '59846977',
};
let panel;
const sql = (text) => panel.sql(text);
const value = (name) => sql(`SELECT value FROM admin_pref WHERE attribute = '${name}';`).trim();

before(async () => {
	panel = await startPanel({ settings: { securitysalt: 'cHVXAvWZWA6k4kZMT6Kt4CYeSZw2LBA0blQmKkmYR8q581ZGVGI2rt3Sl4gAAi2S', 'bruteforce.max_attempts': 1000 } });
	panel.cli(['admin', 'add', admin.username, '--super', 'yes', '--password-stdin'], { input: 'replaced right below\n' });
	sql("UPDATE admin SET password = '$2a$12$a9Hwmkm0V2qGiKFzWlBtieIZ56Oz50BP/uQiEApUUE2b1pk4xfoi2' WHERE username = 'super@example.org';" +
		Object.entries(rows).map(([name, text]) => "INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) " +
			`SELECT '${name}', 0, '=', '${text}', 0, id FROM admin WHERE username = 'super@example.org';`).join(''));
});
after(() => panel?.stop());

async function park() {
	const c = panel.client();
	await c.get('/auth/login');
	assert.equal((await c.post('/auth/login', admin)).headers.get('location'), '/auth/totp');
	await c.get('/auth/totp');
	return c;
}

test('the device lets in, once a code; the secret is sealed anew for this administrator', async () => {
	await restOfStep(8);
	const now = step(), first = await park(), again = await park();
	assert.equal((await first.post('/auth/totp', { code: code(secret, now) })).status, 303);
	assert.match(value('auth.totp.secret'), /^v2:[0-9a-f]{8}:/);
	assert.equal(value('auth.totp.lastts'), String(now));
	assert.equal((await again.post('/auth/totp', { code: code(secret, now) })).status, 422);
	assert.equal((await again.post('/auth/totp', { code: code(secret, now + 1) })).status, 303);
});

test('a backup code of the PHP program lets in, once', async () => {
	assert.equal((await (await park()).post('/auth/totp', { code: codes[2] })).status, 303);
	assert.equal(JSON.parse(value('auth.totp.backup')).length, 7);
	const c = await park();
	assert.equal((await c.post('/auth/totp', { code: codes[2] })).status, 422);
	assert.equal((await c.post('/auth/totp', { code: codes[7].toLowerCase() })).status, 303);
	await c.get('/domains');
	assert.equal((await c.api('GET', '/admin/two-factor')).json.backup_codes, 6);
});
