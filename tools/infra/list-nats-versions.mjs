import { findNewerNats, findOlderNats } from './nats.mjs';

// Prints the versions of NATS that are available on this machine, as JSON.
const isAvailable = (find) =>
  find().then(
    () => true,
    () => false,
  );
const [hasNewer, hasOlder] = await Promise.all([isAvailable(findNewerNats), isAvailable(findOlderNats)]);
console.log(JSON.stringify([...(hasNewer ? ['newer'] : []), ...(hasOlder ? ['older'] : [])]));
