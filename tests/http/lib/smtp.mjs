// SPDX-License-Identifier: GPL-3.0-or-later
// A mail server of the test's own that keeps what it is given and fails where it is told to. TLS by a certificate it makes; names of steps are
// those of the protocol: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, content, QUIT.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

// A key and a certificate for that name that signed itself.
export function certificate(name = 'localhost') {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-smtp-'));
	const [cert, key] = [`${dir}/cert.pem`, `${dir}/key.pem`];
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
		'-addext', `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`, '-keyout', key, '-out', cert], { stdio: 'pipe' });
	return { cert, key, remove: () => fs.rmSync(dir, { recursive: true, force: true }) };
}

// answers: {RCPT: '550 no'}: said instead; close: step at which the connection is dropped; drip: step whose answer never ends. All may be changed while it runs.
export async function startSink({ secure = 'none', pair, user, password, answers = {}, close, drip } = {}) {
	const sink = { mails: [], steps: [], answers, close, drip, connections: 0, sockets: new Set() };
	const context = pair && { cert: fs.readFileSync(pair.cert), key: fs.readFileSync(pair.key) };

	function talk(socket, encrypted) {
		const mail = { tls: encrypted };
		let buffer = '', content = null, login = null;
		const say = (step, text) => {
			sink.steps.push(step);
			if (sink.close === step) { socket.destroy(); return false; }
			if (sink.drip === step) {
				const timer = setInterval(() => socket.write('250-x\r\n'), 100);
				socket.once('close', () => clearInterval(timer));
				return false;
			}
			socket.write(`${sink.answers[step] ?? text}\r\n`);
			return !(sink.answers[step] && !/^[23]/.test(sink.answers[step]));
		};
		const credentials = (plain) => {
			const [, name, secret] = Buffer.from(plain, 'base64').toString().split('\0');
			mail.user = name;
			say('AUTH', name === user && secret === password ? '235 2.7.0 welcome' : '535 5.7.8 wrong name or password');
		};
		const command = (line) => {
			const word = line.split(/[ :]/)[0].toUpperCase();
			if (login) { login = null; credentials(line); } else if (word === 'EHLO') {
				mail.helo = line.slice(5);
				say('EHLO', ['250-sink', ...(secure === 'start' && !encrypted ? ['250-STARTTLS'] : []), ...(user ? ['250-AUTH PLAIN'] : []), '250 8BITMIME'].join('\r\n'));
			} else if (word === 'STARTTLS') {
				if (!say('STARTTLS', '220 go on')) return;
				socket.removeAllListeners('data');
				const wrapped = new tls.TLSSocket(socket, { isServer: true, ...context });
				wrapped.on('error', () => socket.destroy());
				talk(wrapped, true);
			} else if (word === 'AUTH') {
				const [, , initial] = line.split(' ');
				if (initial) credentials(initial);
				else { login = true; socket.write('334 \r\n'); }
			} else if (word === 'MAIL') {
				if (say('MAIL', '250 ok')) mail.from = /<(.*?)>/.exec(line)[1];
			} else if (word === 'RCPT') {
				if (say('RCPT', '250 ok')) mail.to = [...(mail.to ?? []), /<(.*?)>/.exec(line)[1]];
			} else if (word === 'DATA') {
				if (say('DATA', '354 go on')) content = '';
			} else if (word === 'QUIT') {
				say('QUIT', '221 bye');
				socket.end();
			} else socket.write('250 ok\r\n');
		};
		socket.on('data', (d) => {
			buffer += d.toString('latin1');
			for (let m; (m = /^(.*?)\r\n/s.exec(buffer));) {
				buffer = buffer.slice(m[0].length);
				if (content === null) command(m[1]);
				else if (m[1] === '.') {
					mail.raw = Buffer.from(content, 'latin1').toString('utf8');
					content = null;
					const fails = sink.close === 'content' || sink.drip === 'content' || /^[45]/.test(sink.answers.content ?? '');
					if (!fails) sink.mails.push({ ...mail });
					say('content', '250 2.0.0 taken');
				} else content += `${m[1].replace(/^\./, '')}\r\n`;
			}
		});
		socket.on('error', () => {});
		if (!encrypted || secure === 'implicit') say('greeting', '220 sink ESMTP');
	}

	const accept = (socket) => {
		sink.connections++;
		sink.sockets.add(socket);
		socket.once('close', () => sink.sockets.delete(socket));
		talk(socket, secure === 'implicit');
	};
	const server = secure === 'implicit' ? tls.createServer(context, accept) : net.createServer(accept);
	server.on('tlsClientError', () => {});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	sink.port = server.address().port;
	sink.stop = () => new Promise((done) => { for (const s of sink.sockets) s.destroy(); server.close(done); });
	// The mail number n (from 1), once it is there.
	sink.wait = async (n, ms = 15000) => {
		for (let t = 0; sink.mails.length < n; t += 50) {
			if (t > ms) throw new Error(`${sink.mails.length} of ${n} mails came; steps: ${sink.steps.join(' ')}`);
			await new Promise((done) => setTimeout(done, 50));
		}
		return read(sink.mails[n - 1]);
	};
	return sink;
}

const decodeWords = (text) => text.replace(/\?=\r?\n[ \t]+=\?/g, '?==?').replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, b) => Buffer.from(b, 'base64').toString('utf8'));
const decodeBody = (text) => Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16))), 'latin1').toString('utf8');

// headers (folded lines joined, words decoded), text and html of a mail that was taken
export function read(mail) {
	const [head, ...rest] = mail.raw.split('\r\n\r\n');
	const headers = Object.fromEntries(head.replace(/\r\n[ \t]+/g, (m) => (/=\?/.test(head) ? m : ' ')).split(/\r\n(?=[A-Za-z-]+:)/)
		.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), decodeWords(line.slice(line.indexOf(':') + 1).trim())]));
	const boundary = /boundary="?([^";\r\n]+)/.exec(head)?.[1];
	const parts = boundary ? rest.join('\r\n\r\n').split(`--${boundary}`).slice(1, -1) : [`${head.split('\r\n').filter((l) => /^content-/i.test(l)).join('\r\n')}\r\n\r\n${rest.join('\r\n\r\n')}`];
	const of = (type) => {
		const part = parts.find((p) => p.toLowerCase().includes(`content-type: ${type}`));
		return part === undefined ? null : decodeBody(part.slice(part.indexOf('\r\n\r\n') + 4)).replaceAll('\r\n', '\n');
	};
	return { ...mail, headers, text: of('text/plain'), html: of('text/html'), head };
}
