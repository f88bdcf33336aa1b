// SPDX-License-Identifier: GPL-3.0-or-later
// A living database of the PHP program, taken over: its API tokens go on working, within what they were made for.
// One engine is enough: it starts the one that the PHP program has.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startPanel } from './lib/panel.mjs';
import { startMysql } from './lib/servers.mjs';

const shared = path.resolve('../shared/data/fork-4.0');
const skip = fs.existsSync(`${shared}/fork-small.sql`) ? false : 'the dumps are not here';
let server, panel, tokens;
const ask = async (token, method, target, fields) => {
	const r = await panel.client().fetch(method, `/api${target}`, { body: fields && JSON.stringify(fields),
		headers: { authorization: `Bearer ${token}`, ...(fields ? { 'content-type': 'application/json' } : {}) } });
	return { ...r, json: JSON.parse(r.text) };
};

before(async () => {
	if (skip) return;
	server = await startMysql();
	const { socket } = server.urls('fork');
	server.sql(fs.readFileSync(`${shared}/fork-small.sql`, 'utf8'), 'fork');
	panel = await startPanel({ database: socket, settings: { 'bruteforce.enabled': 'no' } });
	const secrets = JSON.parse(fs.readFileSync(`${shared}/secrets.json`, 'utf8')).mcp_tokens;
	tokens = Object.fromEntries(Object.entries(secrets).map(([name, token]) => [name.split(' ')[0], token]));
});
after(async () => {
	await panel?.stop();
	server?.remove();
});

test('one for reading reads, and no more', { skip }, async () => {
	const r = await ask(tokens.reader, 'GET', '/domains');
	assert.equal(r.status, 200, r.text);
	assert.deepEqual(r.json.rows.map((d) => d.domain).sort(), ['example.com', 'example.net']);
	assert.equal((await ask(tokens.reader, 'POST', '/aliases/add', { address: 'x@example.com', goto: 'alice@example.com' })).status, 403);
});

test('one for a domain reads and writes there, from its network', { skip }, async () => {
	assert.deepEqual((await ask(tokens.writer, 'GET', '/domains')).json.rows.map((d) => d.domain), ['example.com']);
	const boxes = (await ask(tokens.writer, 'GET', '/mailboxes')).json.rows.map((m) => m.username);
	assert.ok(boxes.includes('alice@example.com') && boxes.every((m) => m.endsWith('@example.com')), boxes.join());
	assert.equal((await ask(tokens.writer, 'POST', '/aliases/add', { address: 'x@example.com', goto: 'alice@example.com' })).status, 201);
	assert.equal((await ask(tokens.writer, 'POST', '/aliases/add', { address: 'x@example.net', goto: 'alice@example.com' })).status, 422);
	server.sql("UPDATE mcp_token SET allowed_ips = '10.0.0.0/8' WHERE name = 'writer'", 'fork');
	assert.equal((await ask(tokens.writer, 'GET', '/domains')).status, 401);
});

test('one that was revoked stays so', { skip }, async () => {
	assert.equal((await ask(tokens.old, 'GET', '/domains')).status, 401);
	assert.match(panel.cli(['token', 'list']), /old +\* .*revoked/);
	assert.match(panel.cli(['-a', 'mcp.cli-token-list']), /reader +read/);
	const raw = panel.cli(['-a', 'mcp.cli-token-generate', '--name=agent1', '--scope=read write', '--ip=127.0.0.0/8', '--domains=example.net', '--days=30']).match(/vimb_\w+/)[0];
	assert.deepEqual((await ask(raw, 'GET', '/domains')).json.rows.map((d) => d.domain), ['example.net']);
	panel.cli(['-a', 'mcp.cli-token-revoke', '--name=agent1']);
	assert.equal((await ask(raw, 'GET', '/domains')).status, 401);
});
