/** The reasons for missed goals, for docs/performance.md. The texts are about the causes and contain no figures. */
export const explanations = {
  P1b:
    'The owners read the rows page by page in the order of the primary key, which costs PostgreSQL several times as ' +
    'much as one statement in the order of the table. Then the owners write the pages, and the cache reads them. ' +
    'Next: fewer statements for the grants, and packed products and people.',
  P1c:
    'The service reads the headers, checks the token and validates the input; the echo returns the bytes. Next: the ' +
    'headers of the NATS client, which take the largest part of the difference.',
  P1d: 'The first call of a person collects the paths of all grants to the person.',
  P2a: 'The Nest transport and the validation of input and output use the CPU time that the plain client does not use.',
  P2b:
    'The gateway verifies the token, validates the input, and adds trace, rate limit and security headers. On two ' +
    'cores, the gateway, the broker, the service and the client of the measurement compete for CPU time.',
  P2d:
    'Up to 64 events share a transaction, and one statement claims them. The rest of the CPU time is spent on ' +
    'reading, validating and acknowledging each event. Next: acknowledge the events of a group with one message.',
  P2e:
    'At the planned rate, commits, relay and reactions use more than one of the two cores, and four kinds of commits ' +
    'and the broker wait for one disk. Next: reactions of a group whose statements share round trips.',
  P2f:
    'The calls need more CPU time than the limit: two hops over NATS, the check of token and access, and the ' +
    'validation of input and output. A profile shows a quarter of the time in socket writes: four per call, two of ' +
    'the limit. Next: fewer writes to the broker, by joining the replies of one turn of the event loop.',
  P2g:
    'The CPU time of a call includes the work that its events cause in the other services at the same time. ' +
    'The call itself also checks access, validates, notifies the access caches, and wakes the relay. Next: reactions ' +
    'of teams, products and billing that share transactions.',
  P2h: 'Each statement that needs the reply of an earlier statement is a round trip of its own.',
  P3a: 'Most of the time, PostgreSQL inserts rows: also the plain SQL for the same rows is near the goal.',
  P3b:
    'The plain PDFs have no embedded font, no tags and no languages, and are not stored. Most of the time, a thread ' +
    'lays out text and writes the parts of fonts that the document uses.',
  P3c: 'Each part is a statement of its own, and each row is formatted and checked for formulas in JavaScript.',
  P3d:
    'The file is read and compared with earlier files before the first payment is applied. Afterwards PostgreSQL is ' +
    'almost always busy, and the plain SQL for the same rows is near the goal on two cores.',
  P7:
    'Compared with the plain clients, a call also has the check of the token and of access, validation, row-level ' +
    'security and the objects of the EntityManager.',
  growth:
    'The data of a small organization fits into the caches of the processor, that of a large one does not. Next: ids ' +
    'as small numbers in the lists of grants.',
  P9: 'Each process has its own copy of the libraries and of the contracts.',
};
