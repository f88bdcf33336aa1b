// SPDX-License-Identifier: GPL-3.0-or-later
// Not one malformed request reaches a handler, directly or through nginx, and none is ever seen as two.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { malformed, smuggled } from './malformed/requests.mjs';
import { exchange, startBare, startNginx, statuses } from './malformed/server.mjs';

let bare, nginx;
before(async () => {
	bare = await startBare();
	nginx = await startNginx(bare.port);
});
after(async () => {
	await nginx?.stop();
	assert.equal(await bare?.stop(), 0);
});

describe('malformed requests', { concurrency: 1 }, () => {
	for (const { id, what, raw, status } of malformed) {
		test(`${id} ${what}: refused`, async () => {
			const before = await bare.stats();
			const r = await exchange(bare.port, Buffer.concat([raw, Buffer.from(smuggled)]));
			const now = await bare.stats();
			assert.ok(r.closed, 'the connection is closed');
			assert.equal(statuses(r).length, 1, r.text);
			assert.ok(status.includes(statuses(r)[0]), `${statuses(r)[0]} is none of ${status}`);
			assert.match(r.text, /\r\nConnection: close\r\n/);
			assert.doesNotMatch(r.text, /X-Handler/);
			assert.equal(now.requests - before.requests, 1, 'no handler was called but that of /stats');
			assert.equal(now.refused - before.refused, 1);
		});
	}
	for (const { id, what, raw, repaired } of malformed) {
		test(`${id} ${what}: behind nginx ${repaired ? 'clean or refused' : 'refused'}`, async () => {
			const before = await bare.stats();
			const r = await exchange(nginx.port, raw, 1500, 30);
			const now = await bare.stats();
			const handled = now.requests - before.requests - 1;
			assert.equal(now.smuggled, 0);
			if (repaired) {
				assert.ok(handled <= 1, `${handled} requests`);
				assert.ok(statuses(r).length <= 1, r.text);
				return;
			}
			assert.equal(handled, 0, r.text);
			assert.ok(statuses(r).every((s) => s >= 400) && statuses(r).length <= 1, r.text);
		});
	}
	test('there are at least 60', () => assert.ok(malformed.length >= 60));
	test('random bytes: closed, and the next client is served', async () => {
		const junk = Buffer.alloc(1 << 20);
		for (let i = 0; i < junk.length; i++) junk[i] = (i * 2654435761) >>> 13;
		const r = await exchange(bare.port, junk);
		assert.ok(r.closed);
		assert.doesNotMatch(r.text, /X-Handler/);
		assert.deepEqual(statuses(await exchange(bare.port, 'GET /a HTTP/1.1\r\nHost: t.example\r\nConnection: close\r\n\r\n')), [200]);
	});
});
