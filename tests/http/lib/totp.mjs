// SPDX-License-Identifier: GPL-3.0-or-later
// An authenticator program for tests (RFC 6238), written a second time so that it does not share the panel's mistakes.
import { createHmac } from 'node:crypto';
import { sleep } from './panel.mjs';

export const step = (ms = Date.now()) => Math.floor(ms / 30000);

function bytes(secret) {
	let bits = '';
	for (const letter of secret) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
	return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
}

export function code(secret, at = step()) {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(at));
	const mac = createHmac('sha1', bytes(secret)).update(counter).digest();
	const from = mac[19] & 15;
	return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// Waits, if need be, until at least so many seconds of this step are left: a code given then is still within its window.
export async function restOfStep(seconds) {
	const left = 30000 - (Date.now() % 30000);
	if (left < seconds * 1000) await sleep(left + 50);
}
