// SPDX-License-Identifier: GPL-3.0-or-later
// Which process of a panel has a secret in its memory. Needs root, as reading another's memory does.
import fs from 'node:fs';

// What an attacker who owns the web process could read: all of its memory.
function memoryHolds(pid, text) {
	const fd = fs.openSync(`/proc/${pid}/mem`, 'r');
	try {
		for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
			const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
			if (!range) continue;
			const [from, to] = [parseInt(range[1], 16), parseInt(range[2], 16)];
			if (to - from > 1 << 30) continue; // a sanitizer's map of what may be touched
			const room = Buffer.alloc(to - from);
			try {
				fs.readSync(fd, room, 0, room.length, from);
			} catch {
				continue; // guard pages
			}
			if (room.includes(text)) return true;
		}
	} finally {
		fs.closeSync(fd);
	}
	return false;
}

// { keeper, web }: who holds it; null where nobody may look.
export function whoHolds(panel, text) {
	const pid = (role) => Number([...panel.log().matchAll(new RegExp(`child\\.started role=${role} child=(\\d+)`, 'g'))].at(-1)[1]);
	try {
		return { keeper: memoryHolds(pid('keeper'), text), web: memoryHolds(pid('web'), text) };
	} catch (e) {
		if (e.code === 'EACCES' || e.code === 'EPERM') return null;
		throw e;
	}
}
