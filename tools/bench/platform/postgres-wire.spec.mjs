import { expect, it } from '@jest/globals';
import { PostgresWire } from './postgres-wire.mjs';

const message = (type, text) => {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const startup = () => {
  const body = Buffer.from('\0\x03\0\0user\0me\0database\0shop\0\0');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
};
const ready = (state) => message('Z', state);
const preparedMessages = (name, sql) => [
  message('P', `${name}\0${sql}\0\0\0`),
  message('B', `\0${name}\0\0\0\0\0\0\0`),
  message('S', ''),
];

function openWire() {
  const exchanges = [];
  const wire = new PostgresWire((exchange) => exchanges.push(exchange));
  wire.fromClient(startup());
  wire.fromServer(ready('I'));
  return { wire, exchanges };
}

it('reports a transaction as one exchange, with a round trip for each statement', () => {
  const { wire, exchanges } = openWire();
  for (const [sql, state] of [
    ['begin', 'T'],
    ['select 1', 'T'],
    ['commit', 'I'],
  ]) {
    wire.fromClient(message('Q', `${sql}\0`));
    wire.fromServer(ready(state));
  }
  expect(exchanges).toEqual([
    {
      database: 'shop',
      roundTrips: 3,
      writes: 3,
      hasTransaction: true,
      statements: ['begin', 'select 1', 'commit'],
    },
  ]);
});

it('counts statements that are sent before the first answer as one round trip', () => {
  const { wire, exchanges } = openWire();
  for (const part of [...preparedMessages('a', 'select 1'), ...preparedMessages('b', 'select 2')])
    wire.fromClient(part);
  wire.fromServer(Buffer.concat([ready('I'), ready('I')]));
  expect(exchanges).toMatchObject([{ roundTrips: 1, writes: 6, statements: ['select 1', 'select 2'] }]);
});

it('reports the text of a prepared statement at each use, and reads messages that arrive in parts', () => {
  const { wire, exchanges } = openWire();
  const bytes = Buffer.concat(preparedMessages('a', 'select 1'));
  wire.fromClient(bytes.subarray(0, 7));
  wire.fromClient(bytes.subarray(7));
  wire.fromServer(ready('I').subarray(0, 3));
  wire.fromServer(ready('I').subarray(3));
  wire.fromClient(Buffer.concat(preparedMessages('a', 'select 1').slice(1)));
  wire.fromServer(ready('I'));
  expect(exchanges.map(({ statements, roundTrips }) => [statements, roundTrips])).toEqual([
    [['select 1'], 1],
    [['select 1'], 1],
  ]);
});
