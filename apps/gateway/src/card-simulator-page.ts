import { pageScript } from './page-script.ts';
import type { PageTexts } from './page-texts/page-texts.ts';

/**
 * The page of the card simulator: choose a test card, pay or store it, confirm as its holder. Only demonstrations and
 * tests have this page.
 */
export const cardSimulatorPage = ({ cardSimulator, unreachable }: PageTexts) => ({
  title: cardSimulator.title,
  body: `<p>${cardSimulator.intro}</p>
<section id="payment" hidden><dl></dl>
<form id="pay"><label>${cardSimulator.card}<select name="number" required></select></label>
<button>${cardSimulator.pay}</button></form>
<form id="confirm" hidden><p>${cardSimulator.confirmHint}</p><button>${cardSimulator.confirm}</button></form></section>
<p id="back" hidden><a>${cardSimulator.back}</a></p>`,
  script: `${pageScript({ ...cardSimulator, unreachable })}
function finish(text, returnUrl) {
  query('#payment').hidden = true;
  query('#back a').href = returnUrl;
  query('#back').hidden = false;
  showStatus(text);
}
async function show() {
  const payment = await call('POST', '/v1/card-simulator/describe', { token });
  if (!payment.isOpen) return finish(texts.closed, payment.returnUrl);
  const value = payment.amount ? money(payment.amount) : texts.noAmount;
  query('dl').append(element('dt', { textContent: texts.amount }), element('dd', { textContent: value }));
  for (const { number, behaviour } of payment.cards) {
    const textContent = number.replace(/(.{4})(?=.)/g, '$1 ') + ' – ' + texts[behaviour];
    query('select').append(element('option', { value: number, textContent }));
  }
  query('#payment').hidden = false;
}
async function pay(isConfirmed) {
  const number = query('select').value;
  const { outcome, returnUrl } = await call('POST', '/v1/card-simulator/pay', { token, number, isConfirmed });
  query('#confirm').hidden = outcome !== 'authentication_required';
  if (outcome === 'accepted') finish(texts.accepted, returnUrl);
  if (outcome !== 'declined') return;
  const { isOpen } = await call('POST', '/v1/card-simulator/describe', { token });
  if (isOpen) showStatus(texts.declined);
  else finish(texts.declinedForGood, returnUrl);
}
on('#pay', 'submit', () => pay(false));
on('#confirm', 'submit', () => pay(true));
show().catch((error) => showStatus(error.message));`,
});
