// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that RFC 9112 or this server's limits forbid, as bytes: [id of shared hostile case, what, bytes, statuses]. After each the tests
// append a well-formed request for /smuggled, which nobody may ever answer.
//
// `repaired: why` marks those that nginx makes well-formed before it passes them on, so that behind it exactly one clean request arrives.
const get = (...headers) => ['GET /a HTTP/1.1', 'Host: t.example', ...headers, '', ''].join('\r\n');
const line = (text) => `${text}\r\nHost: t.example\r\n\r\n`;
const post = (headers, body) => ['POST /a HTTP/1.1', 'Host: t.example', ...headers, '', body].join('\r\n');
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: t.example\r\n\r\n';
const target = (text) => line(`GET ${text} HTTP/1.1`);
const bytes = (...parts) => Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p, 'latin1') : Buffer.from(p))));

const list = [];
const add = (id, what, raw, status, more = {}) => list.push({ id, what, raw: bytes(raw), status: [status].flat(), ...more });

// lengths and codings
add('A1', 'length and chunked', post([`Content-Length: ${5 + smuggled.length}`, 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`), 400);
add('A1', 'chunked and length', post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${smuggled}`), 400);
add('A1', 'length 0 and chunked', post(['Content-Length: 0', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`), 400);
add('A2', 'two lengths, small first', post(['Content-Length: 0', `Content-Length: ${smuggled.length}`], smuggled), 400);
add('A2', 'two lengths, large first', post([`Content-Length: ${smuggled.length}`, 'Content-Length: 0'], smuggled), 400);
add('A3', 'the same length twice', post(['Content-Length: 3', 'Content-Length: 3'], 'abc'), 400);
add('A3', 'list of lengths', post(['Content-Length: 3, 3'], 'abc'), 400);
add('A4', 'blank before the colon of the length', post([`Content-Length : ${smuggled.length}`], smuggled), 400);
add('A4', 'tab before the colon', get('X-A\t: b'), 400);
add('A5', 'length with plus', post(['Content-Length: +3'], 'abc'), 400);
add('A5', 'negative length', post(['Content-Length: -1'], ''), 400);
add('A5', 'hexadecimal length', post(['Content-Length: 0x3'], 'abc'), 400);
add('A5', 'length of 2^64+3', post(['Content-Length: 18446744073709551619'], 'abc'), [400, 413]);
add('A5', 'length of 40 digits', post([`Content-Length: ${'9'.repeat(40)}`], 'abc'), [400, 413]);
add('A5', 'empty length', post(['Content-Length:'], 'abc'), 400);
add('A5', 'length with a fraction', post(['Content-Length: 3.0'], 'abc'), 400);
add('A5', 'length of letters', post(['Content-Length: three'], 'abc'), 400);
add('A5', 'blank inside the length', post(['Content-Length: 1 3'], 'abc'), 400);
add('A5', 'second length with a NUL', post(['Content-Length: 3', 'Content-Length: 3\x00'], 'abc'), 400);
add('A6', 'coding xchunked', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`), [400, 501]);
add('A6', 'coding chunked, identity', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`), [400, 501]);
add('A6', 'coding identity', post(['Transfer-Encoding: identity'], smuggled), [400, 501]);
add('A6', 'two codings', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`), [400, 501]);
add('A6', 'coding after a vertical tab', post(['Transfer-Encoding: \x0bchunked'], `0\r\n\r\n${smuggled}`), 400);
add('A6', 'coding with a trailing NUL', post(['Transfer-Encoding: chunked\x00'], `0\r\n\r\n${smuggled}`), 400);
add('A6', 'coding with blank before the colon', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`), 400);
add('A6', 'coding on a folded line', post(['Transfer-Encoding:', ' chunked'], `0\r\n\r\n${smuggled}`), 400);
add('A6', 'chunked GET', `${get('Transfer-Encoding: chunked')}0\r\n\r\n`, 501, { repaired: 'a valid message that it decodes' });
add('A6', 'chunked POST', post(['Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\n\r\n'), 501, { repaired: 'a valid message that it decodes' });
add('A7', 'chunked in HTTP/1.0', 'POST /a HTTP/1.0\r\nHost: t.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [400, 501]);
add('A8', 'negative chunk', post(['Transfer-Encoding: chunked'], '-1\r\nabc\r\n0\r\n\r\n'), [400, 501]);
add('A8', 'chunk size 0x3', post(['Transfer-Encoding: chunked'], '0x3\r\nabc\r\n0\r\n\r\n'), [400, 501]);
add('A8', 'chunk of 2^68', post(['Transfer-Encoding: chunked'], '100000000000000000\r\nabc\r\n0\r\n\r\n'), [400, 501]);
add('A9', 'trailer with a Host', post(['Transfer-Encoding: chunked'], '0\r\nHost: evil.example\r\n\r\n'), 501, { repaired: 'it drops trailers' });

// lines
add('A10', 'bare LF after the request line', 'GET /a HTTP/1.1\nHost: t.example\r\n\r\n', 400, { repaired: 'it takes LF for CRLF' });
add('A10', 'bare LF after a field', 'GET /a HTTP/1.1\r\nHost: t.example\nX-A: b\r\n\r\n', 400, { repaired: 'it takes LF for CRLF' });
add('A10', 'bare LF as the empty line', 'GET /a HTTP/1.1\r\nHost: t.example\r\n\n', 400, { repaired: 'it takes LF for CRLF' });
add('A10', 'LF only', 'GET /a HTTP/1.1\nHost: t.example\n\n', 400, { repaired: 'it takes LF for CRLF' });
add('A10', 'bare CR in a value', get('X-A: b\rX-B: c'), 400);
add('A10', 'bare CR in the request line', line('GET /a\rHTTP/1.1'), 400);
add('A10', 'two CRs', 'GET /a HTTP/1.1\r\nHost: t.example\r\r\n\r\n', 400, { repaired: 'it drops the second CR' });
add('A10', 'folded field', get('X-A: b', ' c'), 400);
add('A10', 'folded with a tab', get('X-A: b', '\tc'), 400);
add('A10', 'first field folded', 'GET /a HTTP/1.1\r\n Host: t.example\r\n\r\n', 400);
add('A10', 'empty line before the request', `\r\n${get()}`, 400, { repaired: 'it skips empty lines' });
add('A11', 'NUL in a name', get('X-\x00A: b'), 400);
add('A11', 'NUL in a value', get('X-A: b\x00c'), 400);
add('A11', 'control character in a value', get('X-A: b\x07c'), 400);
add('A11', 'DEL in a value', get('X-A: b\x7fc'), 400);
add('A11', 'vertical tab in a value', get('X-A: b\x0bc'), 400);
add('A11', 'bytes that are not UTF-8 in a value', get('X-A: \xff\xfe'), 400);
add('A11', 'NUL in the request line', target('/a\x00b'), 400);
add('A11', 'field without a colon', get('X-A'), 400, { repaired: 'it drops the line' });
add('A11', 'field without a name', get(': b'), 400);
add('A11', 'blank in a name', get('X A: b'), 400);
add('A11', 'parenthesis in a name', get('X(A): b'), 400);
add('A11', 'slash in a name', get('X/A: b'), 400);
add('A11', 'byte above ASCII in a name', get('X-\xe4: b'), 400);

// targets
add('A12', 'encoded NUL', target('/a%00b'), 400);
add('A12', 'encoded newline', target('/a%0d%0aX:b'), 400);
add('A12', 'encoded dots', target('/a/%2e%2e%2fb'), 400);
add('A12', 'dots', target('/a/../b'), 400);
add('A12', 'dots at the end', target('/a/..'), 400);
add('A12', 'one dot', target('/a/./b'), 400);
add('A12', 'encoded dots with a slash', target('/%2e%2e/b'), 400);
add('A12', 'above the root', target('/../a'), 400);
add('A12', 'two slashes', target('//a'), 400);
add('A12', 'two slashes inside', target('/a//b'), 400);
add('A12', 'backslash', target('/a\\b'), 400);
add('A12', 'encoded backslash', target('/a%5cb'), 400);
add('A12', 'encoded slash', target('/a%2fb'), 400);
add('A12', 'bad escape', target('/a%zz'), 400);
add('A12', 'cut escape', target('/a%4'), 400);
add('A12', 'lone percent', target('/a%'), 400);
add('A12', 'bad escape in the query', target('/a?b=%zz'), 400);
add('A12', 'overlong UTF-8', target('/a%c0%af'), 400);
add('A12', 'overlong dot', target('/%c0%ae%c0%ae/b'), 400);
add('A12', 'surrogate', target('/a%ed%a0%80'), 400);
add('A12', 'cut UTF-8', target('/a%e2%82'), 400);
add('A12', 'C1 control', target('/a%c2%85'), 400);
add('A12', 'raw bytes above ASCII', target('/\xc3\xa4'), 400);
add('A12', 'quote in the target', target('/a"b'), 400);
add('A12', 'angle brackets in the query', target('/a?<script>'), 400);
add('A12', 'fragment', target('/a#b'), 400);
add('A12', 'no slash', target('a'), 400);
add('A12', 'tab in the target', target('/a\tb'), 400);
add('A14', 'no Host', 'GET /a HTTP/1.1\r\nX-A: b\r\n\r\n', 400);
add('A14', 'empty Host', 'GET /a HTTP/1.1\r\nHost:\r\n\r\n', 400);
add('A14', 'two Hosts', get('Host: evil.example'), 400);
add('A14', 'the same Host twice', get('Host: t.example'), 400);
add('A14', 'Host with a path', 'GET /a HTTP/1.1\r\nHost: t.example/b\r\n\r\n', 400);
add('A14', 'Host with a user', 'GET /a HTTP/1.1\r\nHost: me@t.example\r\n\r\n', 400);
add('A14', 'Host with a list', 'GET /a HTTP/1.1\r\nHost: t.example, evil.example\r\n\r\n', 400);
add('A14', 'Host with a bad port', 'GET /a HTTP/1.1\r\nHost: t.example:8x\r\n\r\n', 400);
add('A14', 'Host with an open bracket', 'GET /a HTTP/1.1\r\nHost: [::1\r\n\r\n', 400);
add('A14', 'absolute form of another host', target('http://evil.example/a'), 400);
add('A14', 'absolute form with a user', target('http://me@t.example/a'), 400);
add('A14', 'absolute form of another scheme', target('ftp://t.example/a'), 400, { repaired: 'it takes any scheme' });
add('A14', 'authority form', target('t.example:80'), 400);

// the request line
add('A15', 'TRACE', line('TRACE /a HTTP/1.1'), [405, 501]);
add('A15', 'CONNECT', line('CONNECT t.example:80 HTTP/1.1'), [405, 501, 400]);
add('A15', 'unknown method', line('FOO /a HTTP/1.1'), [405, 501]);
add('A15', 'lower case', line('get /a HTTP/1.1'), [400, 501]);
add('A15', 'method with a control', line('GE\x01T /a HTTP/1.1'), 400);
add('A15', 'asterisk', line('OPTIONS * HTTP/1.1'), [400, 405]);
add('A15', 'asterisk of GET', line('GET * HTTP/1.1'), 400);
add('A15', 'HTTP/0.9', 'GET /a\r\n', 400);
add('A15', 'no method', line('/a HTTP/1.1'), 400);
add('A15', 'blank before the method', ` ${get()}`, 400);
add('A15', 'two blanks', line('GET  /a HTTP/1.1'), 400, { repaired: 'it takes many blanks for one' });
add('A15', 'blank at the end', line('GET /a HTTP/1.1 '), 400, { repaired: 'it drops blanks at the end' });
add('A15', 'tab as separator', line('GET\t/a\tHTTP/1.1'), 400);
add('A15', 'blank in the target', line('GET /a b HTTP/1.1'), 400);
add('A15', 'lower case version', line('GET /a http/1.1'), 400);
add('A15', 'version 1.2', line('GET /a HTTP/1.2'), 505, { repaired: 'it answers as 1.1' });
add('A15', 'version 2.0', line('GET /a HTTP/2.0'), 505);
add('A15', 'version 1.10', line('GET /a HTTP/1.10'), 400, { repaired: 'it reads two digits' });
add('A15', 'version 01.1', line('GET /a HTTP/01.1'), 400);
add('A15', 'version without a number', line('GET /a HTTP/'), 400);
add('A15', 'other protocol', line('GET /a ICY/1.1'), 400);
add('A16', 'GET with a body', `GET /a HTTP/1.1\r\nHost: t.example\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`, 400);
add('A16', 'HEAD with a body', `HEAD /a HTTP/1.1\r\nHost: t.example\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`, 400);
add('A16', 'DELETE with a body', `DELETE /a HTTP/1.1\r\nHost: t.example\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`, 400);

// limits
add('A18', 'target of 20 KB', target(`/${'a'.repeat(20000)}`), 414);
add('A18', 'request line one byte too long', line(`GET /${'a'.repeat(8192 - 13)} HTTP/1.1`), 414);
add('A18', 'method of 20 KB', line(`${'G'.repeat(20000)} /a HTTP/1.1`), [400, 414]);
add('A18', 'field of 20 KB', get(`X-A: ${'b'.repeat(20000)}`), 431);
add('A18', 'fields of 20 KB', get(...Array.from({ length: 40 }, (_, i) => `X-${i}: ${'b'.repeat(500)}`)), 431);
add('A18', '101 fields', get(...Array.from({ length: 100 }, (_, i) => `X-${i}: b`)), 431);
add('A18', '5000 fields', get(...Array.from({ length: 5000 }, (_, i) => `X-${i}: b`)), 431);
add('A19', 'body over the limit', post(['Content-Length: 65537'], ''), 413);
add('A19', 'body over the limit, waiting for permission', post(['Content-Length: 65537', 'Expect: 100-continue'], ''), 413,
	{ repaired: 'it gives permission itself' });
add('A19', 'unknown expectation', post(['Content-Length: 3', 'Expect: 200-ok'], 'abc'), 417, { repaired: 'it drops Expect' });

// what decides about access, twice
for (const field of ['Content-Type: text/plain', 'Cookie: a=b', 'Authorization: Bearer x', 'Origin: http://t.example', 'X-CSRF-Token: x',
	'Sec-Fetch-Site: same-origin', 'X-Forwarded-Proto: https', 'Referer: http://t.example/'])
	add('A23', `${field.split(':')[0]} twice`, get(field, field), 400);
add('A23', 'X-Forwarded-For twice', get('X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.1'), 400, { repaired: 'it writes its own' });
add('A11', 'Connection that is no list of tokens', get('Connection: close;x'), 400, { repaired: 'it is for nginx alone' });

// other protocols
add('A22', 'TLS', bytes([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], 'x'.repeat(32)), 400);
add('A22', 'HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505, 501]);
add('A22', 'SMTP', 'EHLO t.example\r\nMAIL FROM:<a@t.example>\r\n', 400);
add('A22', 'PROXY protocol', `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${get()}`, 400);
add('A22', 'zeros', Buffer.alloc(1000), 400);

export { list as malformed, smuggled };
