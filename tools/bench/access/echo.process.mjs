// Answers every request over NATS with a fixed number of bytes. The echo process is the limit: no service is faster.
import { connectRaw } from '../harness/raw-nats.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';

let connection;
handleRequests({
  async start({ subject, bytes }) {
    const space = 32;
    const answer = new Uint8Array(bytes).fill(space);
    connection = await connectRaw();
    connection.subscribe(subject, { queue: 'bench', callback: (_error, message) => void message.respond(answer) });
    await connection.flush();
  },
  stop: () => connection?.drain(),
});
