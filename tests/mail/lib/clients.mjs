// SPDX-License-Identifier: GPL-3.0-or-later
// The few words of SMTP, IMAP and POP3 that the tests speak. Every call answers what the server said; none throws for a refusal.
import net from 'node:net';

// A line-wise conversation. done(lines) says when an answer is complete.
class Talk {
	constructor(port) {
		this.buffer = '';
		this.waiters = [];
		this.socket = net.connect(port, '127.0.0.1');
		this.socket.setTimeout(20000, () => this.socket.destroy(new Error('no answer within 20 s')));
		this.socket.on('data', (d) => { this.buffer += d; this.wake(); });
		this.socket.on('error', (e) => { this.error = e; this.wake(); });
		this.socket.on('close', () => { this.closed = true; this.wake(); });
	}

	wake() {
		for (const w of this.waiters.splice(0)) w();
	}

	async until(pattern) {
		for (;;) {
			const m = pattern.exec(this.buffer);
			if (m) {
				const text = this.buffer.slice(0, m.index + m[0].length);
				this.buffer = this.buffer.slice(m.index + m[0].length);
				return text;
			}
			if (this.error || this.closed) throw this.error || new Error(`closed after: ${this.buffer}`);
			await new Promise((done) => this.waiters.push(done));
		}
	}

	send(text) {
		this.socket.write(text);
	}

	end() {
		this.socket.destroy();
	}
}

const smtpReply = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/;

async function smtpSay(talk, line, encoding = 'utf8') {
	talk.socket.write(Buffer.from(`${line}\r\n`, encoding));
	return talk.until(smtpReply);
}

// Text is sent as UTF-8, or as Latin-1 where a recipient is to be no UTF-8; utf8: with SMTPUTF8, which allows the former.
// Delivers one message; answers {code, text} of the step that decided: RCPT when refused there, else the end of DATA.
async function smtpSend(port, { from = 'someone@outside.invalid', to, subject = 'test', body = 'hello', auth, utf8 = false, encoding = 'utf8' }) {
	const talk = new Talk(port);
	try {
		await talk.until(smtpReply);
		await smtpSay(talk, 'EHLO client.invalid');
		if (auth) {
			const token = Buffer.from(`\0${auth.user}\0${auth.password}`).toString('base64');
			const said = await smtpSay(talk, `AUTH PLAIN ${token}`);
			if (!said.startsWith('235')) return { code: Number(said.slice(0, 3)), text: said };
		}
		for (const line of [`MAIL FROM:<${from}>${utf8 ? ' SMTPUTF8' : ''}`, `RCPT TO:<${to}>`, 'DATA']) {
			const said = await smtpSay(talk, line, encoding);
			if (!/^[23]/.test(said)) return { code: Number(said.slice(0, 3)), text: said };
		}
		const said = await smtpSay(talk,
			`From: <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMessage-ID: <${Date.now()}.${Math.random()}@outside.invalid>\r\n\r\n${body}\r\n.`);
		return { code: Number(said.slice(0, 3)), text: said };
	} finally {
		talk.end();
	}
}

// Signs in over IMAP and lists the subjects in INBOX: {ok, subjects} or {ok: false, text}.
async function imapSubjects(port, user, password) {
	const talk = new Talk(port);
	const quote = (s) => `"${s.replace(/[\\"]/g, '\\$&')}"`;
	try {
		await talk.until(/\* OK .*\r\n/);
		talk.send(`a LOGIN ${quote(user)} ${quote(password)}\r\n`);
		const said = await talk.until(/^a .*\r\n/m);
		if (!/^a OK/m.test(said)) return { ok: false, text: said, subjects: [] };
		talk.send('b SELECT INBOX\r\n');
		await talk.until(/^b .*\r\n/m);
		talk.send('c FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])\r\n');
		const fetched = await talk.until(/^c .*\r\n/m);
		return { ok: true, subjects: [...fetched.matchAll(/^Subject: (.*)\r$/gm)].map((m) => m[1]) };
	} finally {
		talk.end();
	}
}

// Waits for a subject in an inbox, up to 15 s.
async function imapWait(port, user, password, subject) {
	let last;
	for (let i = 0; i < 75; i++) {
		last = await imapSubjects(port, user, password);
		if (last.subjects.includes(subject)) return true;
		await new Promise((done) => setTimeout(done, 200));
	}
	return false;
}

async function pop3Login(port, user, password) {
	const talk = new Talk(port);
	try {
		await talk.until(/^\+OK.*\r\n/);
		talk.send(`USER ${user}\r\n`);
		await talk.until(/^[+-].*\r\n/);
		talk.send(`PASS ${password}\r\n`);
		return (await talk.until(/^[+-].*\r\n/)).startsWith('+OK');
	} finally {
		talk.end();
	}
}

export { smtpSend, imapSubjects, imapWait, pop3Login };
