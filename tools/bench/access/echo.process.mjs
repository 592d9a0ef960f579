// The least that can be answered over NATS: so many bytes for every request.
import { connectRaw } from '../harness/raw-nats.mjs';
import { serveParent } from '../harness/serve-parent.mjs';

let connection;
serveParent({
  async start({ subject, bytes }) {
    const answer = new Uint8Array(bytes).fill(32);
    connection = await connectRaw();
    connection.subscribe(subject, { queue: 'bench', callback: (_error, message) => void message.respond(answer) });
    await connection.flush();
  },
  stop: () => connection?.drain(),
});
