import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, equals, judge } from '../judge.mjs';
import { closeAll, rawGet, openConnections } from '../raw-connections.mjs';

const SLOW_CLIENT_MS = 2_000;
/** The server checks every 500 ms; the rest is for a busy machine. */
const CLOSED_AFTER_MS = SLOW_CLIENT_MS + 1_000;
/** The time that a client waits for the end of a connection which the server closes. */
const CLOSING_MS = 1_000;
const WAIT_MS = 7_000;
const PIECE_MS = 100;
const COUNT = 20;
const headersOf = (type) => `host: a\r\ncontent-type: ${type}\r\ncontent-length: 1000000\r\n\r\n`;

export const attack = {
  name: 'slow-clients',
  shows: 'Connections that send or read slowly are closed in time',
  env: { RATE_LIMIT_PER_MINUTE: '1000000', SLOW_CLIENT_MS: String(SLOW_CLIENT_MS) },
  async run({ url }) {
    const kinds = {
      'no request': { bytes: '' },
      'headers, byte by byte': { bytes: 'GET / HTTP/1.1\r\nhost: a\r\n', piece: 'x' },
      'JSON, byte by byte': { bytes: `POST /v1/sign-ups HTTP/1.1\r\n${headersOf('application/json')}`, piece: ' ' },
      'a file, byte by byte': {
        bytes: `POST /v1/staff/bank-files HTTP/1.1\r\n${headersOf('application/xml')}`,
        piece: ' ',
      },
      'reads nothing': { bytes: rawGet('/openapi.json').repeat(10), reads: false },
    };
    const connectionGroups = Object.entries(kinds).map(([kind, { piece, ...options }]) => {
      const connections = openConnections(url, { count: COUNT, ...options });
      const timer = setInterval(() => {
        if (piece) for (const { socket } of connections) if (socket.writable) socket.write(piece);
      }, PIECE_MS);
      return { kind, connections, timer };
    });
    // A paused client does not notice that the server has closed the connection until it reads.
    await sleep(CLOSED_AFTER_MS + CLOSING_MS);
    for (const { socket } of connectionGroups.at(-1).connections) socket.resume();
    const resumedAt = CLOSED_AFTER_MS + CLOSING_MS;
    await sleep(WAIT_MS - resumedAt);
    const figures = connectionGroups.flatMap(({ kind, connections, timer }) => {
      clearInterval(timer);
      const open = connections.filter(({ closedAfterMs }) => closedAfterMs === undefined).length;
      const slowest = Math.max(...connections.map(({ closedAfterMs }) => closedAfterMs ?? Infinity));
      closeAll(connections);
      const limit = kind === 'reads nothing' ? resumedAt + CLOSING_MS : CLOSED_AFTER_MS;
      return [equals(`${kind}: open connections`, open, 0), atMost(`${kind}: closed after`, slowest, limit, 'ms')];
    });
    return judge(`${COUNT} connections of each kind`, ...figures);
  },
};
