import { mapParallel } from './parallel.mjs';

const PARALLEL_CALLS = 8;

/**
 * Compares the teams that exist after the run with the successful answers. A request without a successful answer may or
 * may not have had its effect, so it makes the expected number uncertain. A check that cannot be made has a `failure`.
 */
export async function checkResults({ api, options }, streams) {
  const checks = [];
  for (const [name, { totals, organizations }] of Object.entries(streams)) {
    if (!totals.createTeam) continue;
    const what = `${name}: teams after the run`;
    try {
      const counts = await mapParallel(organizations, PARALLEL_CALLS, (organization) => countTeams(api, organization));
      const found = counts.reduce((sum, count) => sum + count, 0);
      checks.push({ what, found, ...compareCount(found, options.teams * organizations.length, totals) });
    } catch (error) {
      checks.push({ what, failure: error.message, isMet: false });
    }
  }
  return checks;
}

/** Compares the number of teams with the number before the run and the outcomes. */
export function compareCount(found, countBefore, { createTeam, deleteTeam = { ok: 0, shed: 0, error: 0 } }) {
  const expected = countBefore + createTeam.ok - deleteTeam.ok;
  const [unknownCreations, unknownDeletions] = [unknownOutcomes(createTeam), unknownOutcomes(deleteTeam)];
  const isMet = found >= expected - unknownDeletions && found <= expected + unknownCreations;
  return { expected, range: [expected - unknownDeletions, expected + unknownCreations], isMet };
}

/** Shed requests count too: a 503 can also mean that a service did not answer in time. */
const unknownOutcomes = ({ error, shed }) => error + shed;

const countTeams = async (api, { path, owner }) => (await api.list(`${path}/teams`, owner.session.accessToken)).length;
