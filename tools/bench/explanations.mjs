/** Why a measurement misses a goal, for docs/performance.md. The texts are about the causes and contain no figures. */
export const explanations = {
  P2a: 'The Nest transport and the validation of input and output use the CPU time that the plain client does not use.',
  P2b:
    'The gateway verifies the token, validates the input, and adds trace, rate limit and security headers. On two ' +
    'cores, the gateway, the broker, the service and the client of the measurement compete for CPU time.',
  P2d:
    'A consumer handles one event after the other: claim, commit and acknowledgement of each event wait for ' +
    'PostgreSQL and its disk. Only several events per transaction can reach the goal.',
  P2e: 'The consumer handles one event after the other, so a rate above its own rate makes a queue that grows.',
  P2f:
    'The calls need more CPU time than the limit: two hops over NATS, validation of input and output, the objects of ' +
    'the EntityManager, and more than one round trip for lists.',
  P2g:
    'A command is many round trips, and it holds its locks during them. Over capacity, calls wait for a connection ' +
    'until their time is over: they are refused late, after the work for them was done.',
  P2h: 'Each statement of a command, and each part of a list, is a round trip of its own.',
  P6a:
    'A broker older than NATS 2.12 has no atomic batches and syncs each event, which limits the rate of every ' +
    'client.',
  P7:
    'Compared with the plain clients, a call also has the check of the token and of access, validation, row-level ' +
    'security and the objects of the EntityManager.',
  P9: 'Each process has its own copy of the libraries and of the contracts.',
};
