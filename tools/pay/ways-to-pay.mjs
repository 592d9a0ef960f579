import fs from 'node:fs';
import { bankFileOf } from './demonstration-order.mjs';

/** The ways to pay the order of the demonstration. Each `pay` returns a sentence about what happened. */
export const waysToPay = {
  'bank-file': {
    title: 'imports the bank file with the transfer, as the provider’s staff',
    async pay({ client, order }) {
      const staff = await client.signInAs("provider's staff");
      const report = await staff('POST', '/v1/staff/bank-files', { xml: fs.readFileSync(order.file, 'utf8') });
      const [{ status, detail }] = report.bookings;
      return `The bank file ${order.file} was imported: the transfer is ${status}${detail ? ` (${detail})` : ''}.`;
    },
  },
  prepaid: {
    title: 'pays from the prepaid account; first imports a transfer to the account if the balance is too low',
    async pay({ client, call, order }) {
      const { balances, standingOrderReference } = await call('GET', `${order.organization}/prepaid`);
      const balance = balances.find(({ currency }) => order.total.startsWith(currency))?.amount ?? 0;
      if (balance < order.amount) {
        const staff = await client.signInAs("provider's staff");
        const missingAmount = ((order.amount - balance) / 100).toFixed(2);
        const xml = bankFileOf(`TOP-UP-${order.number}`, missingAmount, standingOrderReference);
        await staff('POST', '/v1/staff/bank-files', { xml });
      }
      const invoice = await call('POST', `${order.document}/pay`, { body: { method: 'prepaid' } });
      return `The prepaid account paid the order: invoice ${invoice.number} is ${invoice.status}.`;
    },
  },
  card: {
    title: 'prints the link to the page of the card simulator, which lists test cards',
    async pay({ call, order }) {
      const { url } = await call('POST', `${order.document}/card-payment`, { body: {} });
      return `Pay at ${url}`;
    },
  },
};
