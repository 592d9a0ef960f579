const LONG = 'x'.repeat(100_000);
const NESTED = 10_000;
const repeat = (text) => text.repeat(NESTED);

/** JSON texts that replace the value of a field of a body. */
export const jsonValues = {
  null: 'null',
  number: '1',
  'negative fraction': '-0.1',
  'number beyond 64 bits': '99999999999999999999',
  'infinite number': '1e999',
  'empty text': '""',
  'text with NUL': '"a\\u0000b"',
  'text with a lone surrogate': '"a\\ud800b"',
  'text of 100 kB': JSON.stringify(LONG),
  list: '[]',
  'list of 100,000 items': `[${'0,'.repeat(99_999)}0]`,
  'list of 100,000 objects': `[${'{},'.repeat(99_999)}{}]`,
  object: '{}',
  'object with a name of 100 kB': `{${JSON.stringify(LONG)}:1}`,
  '10,000 nested lists': `${repeat('[')}${repeat(']')}`,
  '10,000 nested objects': `${repeat('{"a":')}1${repeat('}')}`,
  prototype: '{"__proto__":{"role":"legal_representative"}}',
  constructor: '{"constructor":{"prototype":{"a":1}}}',
};

/** Percent-encoded values that replace a part of the path or of the query. */
export const urlValues = {
  empty: '',
  null: 'null',
  NUL: 'a%00b',
  'invalid UTF-8': '%ED%A0%80',
  'line break': 'a%0D%0Ab',
  dots: '..%2F..%2F..%2Fetc%2Fpasswd',
  'text of 10 kB': 'x'.repeat(10_000),
  'number beyond 64 bits': '99999999999999999999',
  'broken escape': '%E0%A4%A',
  prototype: '__proto__',
};

/** Functions that return bodies without a valid input. `body` is the text of a valid body. */
export const bodies = {
  'no body': () => '',
  null: () => 'null',
  text: () => '"text"',
  list: () => '[]',
  'broken JSON': (body) => body.slice(0, -1),
  'two values': (body) => `${body}${body}`,
  'byte order mark': (body) => `\ufeff${body.slice(1)}`,
  'single quotes': () => "{'a':1}",
  'duplicate names': () => '{"x":1,"x":{"x":2},"x":3}',
  prototype: () => '{"__proto__":{"isStaff":true}}',
  constructor: () => '{"constructor":{"prototype":{"isStaff":true}}}',
  '10,000 nested objects': () => jsonValues['10,000 nested objects'],
  '100,000 names': () => `{${Array.from({ length: 100_000 }, (_, index) => `"a${index}":1`).join()}}`,
  'invalid UTF-8': () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
};

/** Headers that replace the headers of a valid request. */
export const headerSets = {
  'no content type': { 'content-type': undefined },
  'unknown content type': { 'content-type': 'application/x-www-form-urlencoded' },
  'broken content type': { 'content-type': 'application/json; charset="' },
  'content encoding': { 'content-encoding': 'gzip' },
  'broken authorization': { authorization: 'Bearer a.b.c' },
  'long authorization': { authorization: `Bearer ${'x'.repeat(10_000)}` },
  'idempotency key of 10 kB': { 'idempotency-key': 'x'.repeat(10_000) },
  'empty idempotency key': { 'idempotency-key': '' },
  'broken If-Match': { 'if-match': '"99999999999999999999"' },
  'broken access revision': { 'access-revision': '\u0080{"a":1}' },
  'broken language': { 'accept-language': 'de;q=9,*;q=,'.repeat(500) },
  'broken trace': { traceparent: '00-x', 'x-request-id': 'a'.repeat(500) },
  'forged internal headers': { 'cordee-token': 'x', 'cordee-service': 'identity', 'cordee-caller-address': '10.0.0.1' },
};

const head = 'GET /v1/me HTTP/1.1\r\nhost: a\r\n';
const post = 'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
/** Bytes that are not HTTP, or that servers interpret differently (request smuggling). */
export const rawRequests = {
  'control characters': '\x00\x01\x02\x03\r\n\r\n',
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'unknown version': 'GET / HTTP/9.9\r\nhost: a\r\n\r\n',
  'no host': 'GET /v1/me HTTP/1.1\r\n\r\n',
  'two hosts': `${head}host: b\r\n\r\n`,
  'two lengths': `${post}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  'negative length': `${post}content-length: -1\r\n\r\n{}`,
  'length and chunks': `${post}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
  'unknown transfer encoding': `${post}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'broken chunk': `${post}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  'chunk beyond 64 bits': `${post}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n`,
  'space before the colon': `${head}authorization : x\r\n\r\n`,
  'folded header': `${head}x-a: 1\r\n 2\r\n\r\n`,
  'NUL in a header': `${head}x-a: a\x00b\r\n\r\n`,
  'header of 100 kB': `${head}x-a: ${LONG}\r\n\r\n`,
  '5,000 headers': `${head}${Array.from({ length: 5_000 }, (_, index) => `x-${index}: 1\r\n`).join('')}\r\n`,
  'method of 10 kB': `${'A'.repeat(10_000)} / HTTP/1.1\r\nhost: a\r\n\r\n`,
  'path of 100 kB': `GET /${LONG} HTTP/1.1\r\nhost: a\r\n\r\n`,
  'path with dots': 'GET /v1/../../etc/passwd HTTP/1.1\r\nhost: a\r\n\r\n',
  'path with NUL': 'GET /v1/me%00 HTTP/1.1\r\nhost: a\r\n\r\n',
  'address of another server': 'GET http://evil.example/v1/me HTTP/1.1\r\nhost: evil.example\r\n\r\n',
  tunnel: 'CONNECT 127.0.0.1:5432 HTTP/1.1\r\nhost: a\r\n\r\n',
  upgrade: `${head}connection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  trace: 'TRACE / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer secret\r\n\r\n',
};
