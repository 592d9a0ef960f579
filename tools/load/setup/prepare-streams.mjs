import { StepFailure } from '../../run/step-failure.mjs';
import { scenarios } from '../scenarios.mjs';
import { setUpOrganizations } from './set-up.mjs';

const defaultAmounts = { organizations: 10, people: 3, products: 3, teams: 3 };
/** A limit above this rate is no limit: no machine of a developer reaches this rate. */
const UNLIMITED_PER_SECOND = 20_000;

/** Creates the data of the main scenario and of the scenario of `--beside`, each in its own organizations. */
export async function prepareStreams(context, options) {
  const wantedStreams = [['main', options.scenario], ...(options.beside ? [['beside', options.beside.scenario]] : [])];
  const preparedStreams = [];
  for (const [name, id] of wantedStreams) {
    const scenario = scenarios[id];
    const amounts = amountsFor(scenario, options);
    const organizations = await setUpOrganizations({ ...context, options: { ...options, ...amounts } }, name);
    preparedStreams.push({ name, id, scenario, organizations, options: { ...options, ...amounts } });
  }
  return preparedStreams;
}

export const amountsOf = ({ organizations, people, products, teams }) => ({ organizations, people, products, teams });

function amountsFor({ data, hasOneOrganization, weights }, options) {
  const givenAmounts = Object.fromEntries(
    Object.entries(amountsOf(options)).filter(([, value]) => value !== undefined),
  );
  const amounts = { ...defaultAmounts, ...data, ...givenAmounts, ...(hasOneOrganization ? { organizations: 1 } : {}) };
  if (weights.payDocument && amounts.products === 0)
    throw new StepFailure('--products 0: this scenario pays orders, and only organizations with products are funded.');
  if (weights.checkAccess && amounts.products === 0)
    throw new StepFailure('--products 0: this scenario asks for rights on products.');
  return amounts;
}

/** Warns before the run when the rate limit of the gateway is lower than a planned rate. */
export function warnAboutRateLimit(progress, options, perMinute, preparedStreams) {
  if (!perMinute) return;
  for (const { name, id, organizations } of preparedStreams) {
    const people = organizations.reduce((sum, organization) => sum + organization.people.length, 0);
    // Sign-ins have no person: they are counted per IP address.
    const maxPerSecond = (perMinute / 60) * (id === 'sign-ins' ? 1 : people);
    const plannedRate = name === 'beside' ? options.beside.rate : Math.max(options.rate, ...(options.ramp ?? []));
    if (plannedRate > maxPerSecond || (options.findKnee && maxPerSecond < UNLIMITED_PER_SECOND))
      progress.note(
        `the gateway allows ${perMinute} requests per minute and person: about ${Math.floor(maxPerSecond)}/s ` +
          `with the people of the stream ${name}; RATE_LIMIT_PER_MINUTE of the gateway raises this limit`,
      );
  }
}
