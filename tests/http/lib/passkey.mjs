// SPDX-License-Identifier: GPL-3.0-or-later
// An authenticator in a few lines: makes passkeys and signs with them as WebAuthn says, or wrongly, as a test asks. Written from the specification with
// node's own cryptography, so that it does not share the panel's mistakes.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const b64 = (data) => Buffer.from(data).toString('base64url');
const sha256 = (data) => createHash('sha256').update(data).digest();

// ---- CBOR, as much as is needed ----

function head(major, n) {
	if (n < 24) return Buffer.from([major << 5 | n]);
	if (n < 256) return Buffer.from([major << 5 | 24, n]);
	return Buffer.from([major << 5 | 25, n >> 8, n & 255]);
}

export function cbor(value) {
	if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
	if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
	if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
	return Buffer.concat([head(5, value.size), ...[...value].flatMap(([k, v]) => [cbor(k), cbor(v)])]);
}

// ---- keys ----

const kinds = {
	[-7]: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
	[-8]: () => generateKeyPairSync('ed25519'),
	[-257]: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const raw = (text) => Buffer.from(text, 'base64url');

function cose(alg, key) {
	const jwk = key.export({ format: 'jwk' });
	if (alg === -7) return new Map([[1, 2], [3, -7], [-1, 1], [-2, raw(jwk.x)], [-3, raw(jwk.y)]]);
	if (alg === -8) return new Map([[1, 1], [3, -8], [-1, 6], [-2, raw(jwk.x)]]);
	return new Map([[1, 3], [3, -257], [-1, raw(jwk.n)], [-2, raw(jwk.e)]]);
}

export class Authenticator {
	// counts: the number of signatures goes up; verified: it knows who is there; backedUp: copied elsewhere
	constructor({ alg = -7, origin, rpId = new URL(origin).hostname, counts = true, verified = true, backedUp = false, format = 'none' }) {
		Object.assign(this, { alg, origin, rpId, counts, verified, backedUp, format, count: 0, id: randomBytes(32), ...kinds[alg]() });
	}

	client(type, challenge, more = {}) {
		return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false, ...more }));
	}

	// change: { flags, count, rpId, tail } as a test wants them instead
	data(flags, { rpId = this.rpId, count = this.count, tail = Buffer.alloc(0), ...change } = {}) {
		const number = Buffer.alloc(4);
		number.writeUInt32BE(count);
		return Buffer.concat([sha256(rpId), Buffer.from([change.flags ?? flags]), number, tail]);
	}

	flags() {
		return 1 | (this.verified ? 4 : 0) | (this.backedUp ? 24 : 0);
	}

	signed(data, client) {
		return sign(this.alg === -8 ? null : 'sha256', Buffer.concat([data, sha256(client)]), this.privateKey);
	}

	// What a browser would send after navigator.credentials.create(); options: the publicKey member as JSON.
	create({ challenge, user }, { client = {}, type = 'webauthn.create', statement, format = this.format, ...change } = {}) {
		const size = Buffer.alloc(2);
		size.writeUInt16BE(this.id.length);
		this.user = user?.id;
		const data = this.data(this.flags() | 64, { tail: Buffer.concat([Buffer.alloc(16), size, this.id, cbor(cose(this.alg, this.publicKey))]), ...change });
		const clientData = this.client(type, challenge, client);
		const self = () => new Map([['alg', this.alg], ['sig', this.signed(data, clientData)]]);
		const object = new Map([['fmt', format], ['attStmt', statement ?? (format === 'packed' ? self() : new Map())], ['authData', data]]);
		return { client_data: b64(clientData), attestation: b64(cbor(object)), transports: 'internal,hybrid' };
	}

	// ... and after navigator.credentials.get().
	get({ challenge }, { client = {}, type = 'webauthn.get', ...change } = {}) {
		if (this.counts) this.count++;
		const data = this.data(this.flags(), change);
		const clientData = this.client(type, challenge, client);
		return { credential: b64(this.id), client_data: b64(clientData), authenticator_data: b64(data), signature: b64(this.signed(data, clientData)),
			...(this.user ? { user_handle: this.user } : {}) };
	}
}
