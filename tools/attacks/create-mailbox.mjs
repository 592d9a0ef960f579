import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure } from '../run/step-failure.mjs';

const WAIT_MS = 20_000;
const POLL_MS = 100;

/**
 * Buys a mail service with a mailbox. Returns the path that imports messages into the mailbox, the path of the
 * organization, `token()` and `api`.
 */
export async function createMailbox(accounts) {
  const { api, organizations } = await accounts({ products: 1 });
  const [{ path, owner }] = organizations;
  const token = () => owner.session.accessToken;
  const lines = [{ type: 'mail_service', name: 'Mail', isAutomaticRenewal: false }];
  const { proFormaId } = await api.post(`${path}/orders`, { lines }, token());
  await api.post(`${path}/documents/${proFormaId}/pay`, { method: 'prepaid' }, token());
  const product = await findMailService(api, path, token);
  const { id } = await api.post(
    `${path}/products/${product.id}/resources`,
    { kind: 'mail_address', name: 'anna@alpine.example', ownerAccountId: owner.accountId },
    token(),
  );
  return { path: `${path}/mailboxes/${id}/messages`, organizationPath: path, token, api };
}

async function findMailService(api, path, token) {
  for (const deadline = performance.now() + WAIT_MS; performance.now() < deadline; await sleep(POLL_MS)) {
    const { data } = await api.get(`${path}/products?limit=200`, token());
    const product = data.find(({ type }) => type === 'mail_service');
    if (product) return product;
  }
  throw new StepFailure(`The paid mail service does not exist after ${WAIT_MS / 1_000} s.`);
}
