/**
 * The cost of new hashes of passwords: OWASP's recommendation for argon2id, 19 MiB and two passes. It is no setting of
 * the configuration, so that no installation can lower it. Tests whose subject is not the hash lower it.
 */
export const hashCost = { memory: 19_456, passes: 2 };
