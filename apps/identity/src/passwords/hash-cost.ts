/**
 * The cost of new password hashes: OWASP's recommendation for argon2id, 19 MiB and two passes. It is not configurable,
 * so that no installation can lower it. Tests that do not measure hashes lower it.
 */
export const hashCost = { memory: 19_456, passes: 2 };
