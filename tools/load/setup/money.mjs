import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure } from '../../run/step-failure.mjs';
import { signInStaff } from './accounts.mjs';
import { bankFile } from './bank-file.mjs';
import { mapParallel } from './parallel.mjs';

/** The prepaid money of an organization in francs, enough for every order of a run. */
const FUNDS = '5000000.00';
const PARALLEL = 8;
const WAIT_MS = 60_000;
const POLL_MS = 100;

/** Credits every organization's prepaid account by one bank file, which the staff account imports. */
export async function fundOrganizations(context, label, organizations) {
  const { api, options, runId } = context;
  const staff = await signInStaff(context);
  const references = await mapParallel(organizations, PARALLEL, async (organization) => {
    const { standingOrderReference } = await api.get(
      `${organization.path}/prepaid`,
      organization.owner.session.accessToken,
    );
    return standingOrderReference;
  });
  const { now } = await api.get('/v1/clock');
  const file = bankFile({
    messageId: `LOAD-${runId}-${label}`,
    createdAt: now,
    iban: options.iban,
    amount: FUNDS,
    references,
  });
  const { counts } = await importFile(context, file, staff);
  if (counts.booked !== organizations.length)
    throw new StepFailure(
      `The bank file booked ${counts.booked} of ${organizations.length} payments (${JSON.stringify(counts)}). ` +
        `Is ${options.iban} the account of the seller? --iban selects another account.`,
    );
}

async function importFile({ api, options }, file, staff) {
  try {
    return await api.upload('/v1/staff/bank-files', file, 'application/xml', staff.accessToken);
  } catch (error) {
    if (error.code === 'BANK_FILE_INVALID')
      throw new StepFailure(`${error.message}. Give the account of the seller with --iban.`);
    if (error.code !== 'NOT_FOUND' && error.code !== 'PERMISSION_DENIED') throw error;
    throw new StepFailure(
      `${options.email} is not a staff account (${error.code}), so no bank file can fund the organizations. ` +
        'Give a staff account with --email and --password. STAFF_EMAILS of identity lists the addresses.',
    );
  }
}

/** Orders products, pays each order from the prepaid account, and waits until the products exist. */
export async function buyProducts({ api, options }, organization, types) {
  const token = () => organization.owner.session.accessToken;
  for (let index = 0; index < options.products; index += 1) {
    const type = types[index % types.length];
    const lines = [{ type: type.key, name: `${type.key} ${index + 1}`, isAutomaticRenewal: false }];
    const { proFormaId } = await api.post(`${organization.path}/orders`, { lines }, token());
    await api.post(`${organization.path}/documents/${proFormaId}/pay`, { method: 'prepaid' }, token());
  }
  const rights = new Map(types.map(({ key, rights: names }) => [key, names]));
  for (const deadline = performance.now() + WAIT_MS; ; await sleep(POLL_MS)) {
    const { data } = await api.get(`${organization.path}/products?limit=200`, token());
    if (data.length >= options.products) return data.map(({ id, type }) => ({ id, rights: rights.get(type) }));
    if (performance.now() > deadline)
      throw new StepFailure(
        `Only ${data.length} of ${options.products} paid products exist after ${WAIT_MS / 1_000} s.`,
      );
  }
}
