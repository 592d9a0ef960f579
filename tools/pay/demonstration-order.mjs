import fs from 'node:fs';
import path from 'node:path';
import { bankFile } from '../load/setup/bank-file.mjs';
import { StepFailure } from '../run/step-failure.mjs';

/** The QR-IBAN of the seller of demonstrations. */
const SELLER_QR_IBAN = 'CH4431999123000889012';
const BANK_FILE = 'pay-order.xml';

/** Calls the API of a running demonstration as its people. */
export class DemonstrationClient {
  #url;
  #logins;

  /** `logins`: `{ role, email, password }` for each person of the demonstration. */
  constructor(url, logins) {
    this.#url = url;
    this.#logins = logins;
  }

  /** Signs a person in by role. Returns a function that calls the API as this person. */
  async signInAs(role) {
    const login = this.#logins.find((each) => each.role === role);
    if (!login) throw new StepFailure(`The demonstration has no ${role}.`);
    const { email, password } = login;
    const { accessToken } = await this.#call('POST', '/v1/sessions', { body: { email, password } });
    return (method, apiPath, options) => this.#call(method, apiPath, { ...options, token: accessToken });
  }

  async #call(method, apiPath, { token, body, xml } = {}) {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }),
      ...(body || xml ? { 'content-type': xml ? 'application/xml' : 'application/json' } : {}),
    };
    const response = await fetch(this.#url + apiPath, { method, headers, body: xml ?? (body && JSON.stringify(body)) });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : undefined;
    if (!response.ok)
      throw new StepFailure(`${method} ${apiPath}: ${answer?.code ?? response.status} ${answer?.title}`);
    return answer;
  }
}

/**
 * Returns the newest open order of the demonstration, with its pro forma; places an order when none is open. Writes a
 * bank file that pays the pro forma into the folder. `call` calls the API as the administrator.
 */
export async function findOrderToPay(call, folder) {
  const { data: memberships } = await call('GET', '/v1/me/organizations');
  const organization = `/v1/organizations/${memberships[0].organization.id}`;
  const { data: openProFormas } = await call('GET', `${organization}/documents?kind=pro_forma&status=issued&limit=1`);
  const proForma = openProFormas[0] ?? (await placeOrder(call, organization));
  const { amount, currency } = proForma.total;
  const total = (amount / 100).toFixed(2);
  const file = path.join(folder, BANK_FILE);
  fs.writeFileSync(file, bankFileOf(proForma.number, total, proForma.reference));
  return {
    organization,
    document: `${organization}/documents/${proForma.id}`,
    number: proForma.number,
    total: `${currency} ${total}`,
    amount,
    file,
  };
}

async function placeOrder(call, organization) {
  const lines = [{ type: 'drive', name: 'Rescue photos', interval: 'yearly' }];
  const { proFormaId } = await call('POST', `${organization}/orders`, { body: { lines } });
  return call('GET', `${organization}/documents/${proFormaId}`);
}

/** Returns a bank file with one payment. `name` is in the message id, so that each name gives a new payment. */
export const bankFileOf = (name, amount, reference) =>
  bankFile({
    messageId: `PAY-${name}`,
    createdAt: new Date().toISOString(),
    iban: SELLER_QR_IBAN,
    amount,
    references: [reference],
  });
