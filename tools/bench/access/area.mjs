import { growth } from './growth.mjs';
import { checkFromMemory } from './p1a-check-from-memory.mjs';
import { checkFromDatabase } from './p1b-check-from-database.mjs';
import { checkOverNats } from './p1c-check-over-nats.mjs';
import { manyChecks } from './p1d-many-checks.mjs';
import { revocation } from './p1e-revocation.mjs';

export const measurements = [checkFromMemory, checkFromDatabase, checkOverNats, manyChecks, revocation, growth];
