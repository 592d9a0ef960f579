/**
 * Follows one connection between a client and PostgreSQL, from the bytes of both directions, and counts round trips. A
 * round trip starts when the client sends bytes and ends with the answer of the server. Bytes that the client sends
 * before the answer belong to the same round trip. Message types of a client are Q (simple query), P (parse), B (bind)
 * and S (sync). The server sends Z when the server is ready for the next query.
 */
export class PostgresWire {
  database = 'unknown';
  #onIdle;
  #texts = new Map();
  #client = new MessageReader({ hasStartup: true });
  #server = new MessageReader({ hasStartup: false });
  #isServerTurn = false;
  #pendingReady = 0;
  #exchange = emptyExchange();

  /** `onIdle` gets each exchange at its end: when the connection is idle again and in no transaction. */
  constructor(onIdle) {
    this.#onIdle = onIdle;
  }

  fromClient(bytes) {
    this.#exchange.writes += 1;
    if (!this.#isServerTurn) this.#exchange.roundTrips += 1;
    this.#isServerTurn = true;
    for (const { type, body } of this.#client.read(bytes)) this.#readClientMessage(type, body);
  }

  fromServer(bytes) {
    this.#isServerTurn = false;
    for (const { type, body } of this.#server.read(bytes)) {
      if (type !== 'Z') continue;
      this.#pendingReady -= 1;
      const isInTransaction = body[0] !== 0x49; // 'I'
      if (isInTransaction) this.#exchange.hasTransaction = true;
      else if (this.#pendingReady <= 0) this.#finish();
    }
  }

  #readClientMessage(type, body) {
    if (type === 'startup') {
      const parameters = body.subarray(4).toString().split('\0');
      this.database = parameters[parameters.indexOf('database') + 1];
      this.#pendingReady = 1;
    } else if (type === 'Q') {
      this.#exchange.statements.push(textAt(body, 0));
      this.#pendingReady += 1;
    } else if (type === 'P') {
      const name = textAt(body, 0);
      this.#texts.set(name, textAt(body, Buffer.byteLength(name) + 1));
    } else if (type === 'B') {
      const portal = textAt(body, 0);
      this.#exchange.statements.push(this.#texts.get(textAt(body, Buffer.byteLength(portal) + 1)) ?? '');
    } else if (type === 'S') this.#pendingReady += 1;
  }

  #finish() {
    const exchange = this.#exchange;
    this.#exchange = emptyExchange();
    this.#pendingReady = 0;
    // An exchange without statements is the log-in.
    if (exchange.statements.length > 0) this.#onIdle({ database: this.database, ...exchange });
  }
}

const emptyExchange = () => ({ roundTrips: 0, writes: 0, hasTransaction: false, statements: [] });

const textAt = (bytes, start) => bytes.subarray(start, bytes.indexOf(0, start)).toString();

/** Splits a stream of bytes into messages: a type, the length, the body. The first message of a client has no type. */
class MessageReader {
  #bytes = Buffer.alloc(0);
  #isStartup;

  constructor({ hasStartup }) {
    this.#isStartup = hasStartup;
  }

  read(chunk) {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const messages = [];
    for (;;) {
      const typeLength = this.#isStartup ? 0 : 1;
      if (this.#bytes.length < typeLength + 4) return messages;
      const end = typeLength + this.#bytes.readUInt32BE(typeLength);
      if (this.#bytes.length < end) return messages;
      messages.push({
        type: this.#isStartup ? 'startup' : String.fromCharCode(this.#bytes[0]),
        body: this.#bytes.subarray(typeLength + 4, end),
      });
      this.#isStartup = false;
      this.#bytes = this.#bytes.subarray(end);
    }
  }
}
