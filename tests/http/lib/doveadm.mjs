// SPDX-License-Identifier: GPL-3.0-or-later
// Dovecot's doveadm HTTP API as a test wants it: it keeps what it is asked, and answers well or in any bad way it is told to.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

// answer: what is done with the next requests, (request, body, reply) => void; undefined: as Dovecot does. users(): who was flushed, in order, [] for everybody.
export async function startDoveadm({ key, pair } = {}) {
	const fake = { asked: [], answer: undefined, sockets: new Set(), word: 'user' };
	const right = `X-Dovecot-API ${Buffer.from(key).toString('base64')}`;
	const talk = (request, reply) => {
		const chunks = [];
		request.on('data', (c) => chunks.push(c));
		request.on('error', () => {});
		reply.on('error', () => {});
		request.on('end', () => {
			const text = Buffer.concat(chunks).toString();
			let body = null;
			try { body = JSON.parse(text); } catch { /* GET has none */ }
			fake.asked.push({ method: request.method, url: request.url, headers: request.headers, body });
			if (request.headers.authorization !== right) return reply.writeHead(401, { 'www-authenticate': 'X-Dovecot-API' }).end();
			if (fake.answer) return fake.answer(request, body, reply);
			if (request.method === 'GET')
				return fake.say(reply, [{ command: 'authCacheFlush', parameters: [{ name: 'socketPath', type: 'string' }, { name: fake.word, type: 'array' }] }]);
			const [[, params, tag]] = body;
			const name = fake.word === 'userMask' ? 'user-mask' : fake.word;
			return fake.say(reply, [Array.isArray(params[name]) && Object.keys(params).length === 1 ? ['doveadmResponse', [{ entries: '1' }], tag]
				: ['error', { type: 'invalidRequest', exitCode: 0 }, tag]]);
		});
	};
	const server = pair ? https.createServer({ cert: fs.readFileSync(pair.cert), key: fs.readFileSync(pair.key) }, talk) : http.createServer(talk);
	server.on('connection', (s) => { fake.sockets.add(s); s.on('error', () => {}); s.once('close', () => fake.sockets.delete(s)); });
	server.on('tlsClientError', () => {});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	return Object.assign(fake, {
		port: server.address().port,
		url: `http${pair ? 's' : ''}://localhost:${server.address().port}/doveadm/v1`,
		say: (reply, what) => reply.writeHead(200, { 'content-type': 'application/json; charset=utf-8', connection: 'close' }).end(JSON.stringify(what)),
		users: () => fake.asked.filter((a) => a.method === 'POST').map((a) => a.body[0][1].user ?? a.body[0][1]['user-mask']),
		stop: () => new Promise((done) => { for (const s of fake.sockets) s.destroy(); server.close(done); }),
	});
}
