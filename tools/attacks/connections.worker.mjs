import { workerData } from 'node:worker_threads';
import { openConnections } from './raw-connections.mjs';

// A thread that opens connections and keeps them until it is terminated. A client that measures latencies in the main
// thread is not delayed by the work of the attacker.
openConnections(workerData.url, workerData.options);
