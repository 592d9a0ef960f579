import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, localDateIn } from '@cordee/calendar/local-date';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { listPrices, setPrice, withdrawPrice } from '@cordee/contracts/products/price';
import { createProductType, listProductTypes, quotePrices } from '@cordee/contracts/products/product-type';
import { readPages } from '@cordee/testing/read-pages';
import { TestService } from '@cordee/testing/test-service';
import fc from 'fast-check';
import { productsService } from '../products.service.ts';

let test: TestService;
const [ada, bob] = [{ staff: newId('acc', new Date()) }, { staff: newId('acc', new Date()) }];
const zone = 'Europe/Zurich';
const inDays = (days: number): string => addDays(localDateIn(zone, test.process.clock.now()), days);

beforeAll(async () => {
  test = await TestService.start(productsService, { SELLER_ZONE: zone });
});
afterAll(() => test.stop());

let keyCount = 0;
async function newType(): Promise<string> {
  // The keys are made_aa, made_ab and so on; 97 is the code of the letter a.
  const key = `made_${String.fromCharCode(97 + Math.floor(keyCount / 26), 97 + (keyCount % 26))}`;
  keyCount += 1;
  await test.call(createProductType, { key, name: 'Notes' }, ada);
  return key;
}
const yearlyInFrancs = { currency: 'CHF' as const, interval: 'yearly' as const };
const setYearlyPrice = (type: string, amount: number, validFrom: string, as = ada) =>
  test.call(setPrice, { type, ...yearlyInFrancs, amount, validFrom }, as);
const codeOfSet = (type: string, amount: number, validFrom: string, otherInput: Partial<Input<typeof setPrice>> = {}) =>
  test.codeOf(setPrice, { type, ...yearlyInFrancs, amount, validFrom, ...otherInput }, ada);
const codeOfWithdraw = (type: string, validFrom: string) =>
  test.codeOf(withdrawPrice, { type, ...yearlyInFrancs, validFrom }, ada);
const listVersions = (type: string) => readPages(2, (page) => test.call(listPrices, { type, ...page }, ada));
const quotedPrice = async (type: string, on: string) => {
  const input = { currency: yearlyInFrancs.currency, on, lines: [{ type, interval: yearlyInFrancs.interval }] };
  const code = await test.codeOf(quotePrices, input, { service: 'billing' });
  return code === 'ok' ? (await test.call(quotePrices, input, { service: 'billing' })).lines[0]!.price.amount : code;
};
/** Returns the price events of a product type, without the first event, which is about the type. */
const priceEventsOf = async (type: string) =>
  (await test.outbox())
    .filter(({ event }) => event.subject === type)
    .slice(1)
    .map(({ type: eventType, data }) => [eventType.replace('products.price.', ''), data['price'], data['validFrom']]);

describe('a price (PROD-1)', () => {
  it('is valid from a day on, and ends the previous version', async () => {
    const type = await newType();
    expect(await setYearlyPrice(type, 1_000, inDays(0))).toMatchObject({
      interval: 'yearly',
      price: { amount: 1_000, currency: 'CHF' },
      validFrom: inDays(0),
      validUntil: null,
      setBy: ada.staff,
    });
    await setYearlyPrice(type, 1_200, inDays(30), bob);
    await setYearlyPrice(type, 1_100, inDays(10));
    expect(await listVersions(type)).toMatchObject([
      { price: { amount: 1_000 }, validFrom: inDays(0), validUntil: inDays(10), setBy: ada.staff },
      { price: { amount: 1_100 }, validFrom: inDays(10), validUntil: inDays(30) },
      {
        price: { amount: 1_200 },
        validFrom: inDays(30),
        validUntil: null,
        setBy: bob.staff,
        setAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(await Promise.all([-1, 0, 9, 10, 29, 30, 9_999].map((day) => quotedPrice(type, inDays(day))))).toEqual([
      'PRICE_MISSING',
      1_000,
      1_000,
      1_100,
      1_100,
      1_200,
      1_200,
    ]);
    const listed = (await test.call(listProductTypes, {}, 'nobody')).data.find(({ key }) => key === type)!;
    expect(listed.prices).toEqual([{ interval: 'yearly', price: { amount: 1_000, currency: 'CHF' } }]);
  });

  it('has separate versions per currency and interval', async () => {
    const type = await newType();
    await setYearlyPrice(type, 1_000, inDays(5));
    expect([
      await codeOfSet(type, 100, inDays(5), { interval: 'monthly' }),
      await codeOfSet(type, 900, inDays(5), { currency: 'EUR' }),
      await codeOfSet(type, 90_000, inDays(5), { currency: 'JPY' }),
    ]).toEqual(['ok', 'ok', 'ok']);
    expect(
      (await listVersions(type)).map(({ price, interval, validUntil }) => [
        price.currency,
        interval,
        price.amount,
        validUntil,
      ]),
    ).toEqual([
      ['CHF', 'monthly', 100, null],
      ['CHF', 'yearly', 1_000, null],
      ['EUR', 'yearly', 900, null],
      ['JPY', 'yearly', 90_000, null],
    ]);
  });

  it('can be replaced and withdrawn before it starts, and the previous version stays valid', async () => {
    const type = await newType();
    await setYearlyPrice(type, 1_000, inDays(0));
    await setYearlyPrice(type, 1_200, inDays(30));
    expect(await setYearlyPrice(type, 1_300, inDays(30), bob)).toMatchObject({
      price: { amount: 1_300 },
      setBy: bob.staff,
    });
    expect(await codeOfWithdraw(type, inDays(30))).toBe('ok');
    expect(await listVersions(type)).toMatchObject([{ price: { amount: 1_000 }, validUntil: null }]);
    expect([
      await quotedPrice(type, inDays(30)),
      await codeOfWithdraw(type, inDays(30)),
      await codeOfWithdraw(type, inDays(31)),
    ]).toEqual([1_000, 'PRICE_NOT_FOUND', 'PRICE_NOT_FOUND']);
    const chf = (amount: number) => ({ amount, currency: 'CHF' });
    expect(await priceEventsOf(type)).toEqual([
      ['set', chf(1_000), inDays(0)],
      ['set', chf(1_200), inDays(30)],
      ['set', chf(1_300), inDays(30)],
      ['withdrawn', chf(1_300), inDays(30)],
    ]);
    // The event before the withdrawal names the replaced price.
    expect((await test.eventsOf(type)).at(-2)!.data['replaced']).toEqual(chf(1_200));
  });

  it('cannot be changed or withdrawn after its start, and cannot start in the past', async () => {
    expect(await codeOfSet('drive', 1, '2024-01-01')).toBe('PRICE_VALID_FROM_PAST');
    expect(await codeOfSet('drive', 1, inDays(-1))).toBe('PRICE_VALID_FROM_PAST');
    expect(await codeOfWithdraw('drive', '2024-01-01')).toBe('PRICE_STARTED');
    const type = await newType();
    await setYearlyPrice(type, 1_000, inDays(0));
    expect([await codeOfSet(type, 1_001, inDays(0)), await codeOfWithdraw(type, inDays(0))]).toEqual([
      'PRICE_STARTED',
      'PRICE_STARTED',
    ]);
    await expect(
      test.call(setPrice, { type, ...yearlyInFrancs, amount: 1, validFrom: '0001-01-01' }, ada),
    ).rejects.toMatchObject({ code: 'PRICE_VALID_FROM_PAST', errors: [{ pointer: '/validFrom' }] });
    expect(await listVersions(type)).toMatchObject([{ price: { amount: 1_000 } }]);
  });

  it('stays unchanged and publishes no second event when the same amount is set again', async () => {
    const type = await newType();
    const first = await setYearlyPrice(type, 1_000, inDays(0));
    expect(await setYearlyPrice(type, 1_000, inDays(0), bob)).toEqual(first);
    const later = await setYearlyPrice(type, 1_100, inDays(5));
    expect(await setYearlyPrice(type, 1_100, inDays(5), bob)).toEqual(later);
    // Setting the same amount of a price that has already started is accepted, because it changes nothing.
    expect(await codeOfSet('drive', 6_700, '2024-01-01')).toBe('ok');
    expect(await priceEventsOf(type)).toHaveLength(2);
  });

  it.each<[string, object, string]>([
    ['an unknown type', { type: 'gas' }, 'PRODUCT_TYPE_NOT_FOUND'],
    ['a negative amount', { amount: -1 }, 'INPUT_INVALID'],
    ['more than 10 million', { amount: 1_000_000_001 }, 'INPUT_INVALID'],
    ['a fraction of a minor unit', { amount: 0.5 }, 'INPUT_INVALID'],
    ['text instead of an amount', { amount: '12' }, 'INPUT_INVALID'],
    ['an unknown currency', { currency: 'XXX' }, 'INPUT_INVALID'],
    ['an unknown interval', { interval: 'weekly' }, 'INPUT_INVALID'],
    ['an invalid date', { validFrom: '2999-02-30' }, 'INPUT_INVALID'],
    ['an instant instead of a date', { validFrom: '2999-02-01T00:00:00Z' }, 'INPUT_INVALID'],
  ])('with %s cannot be set or withdrawn', async (_, change, code) => {
    const input = { type: await newType(), ...yearlyInFrancs, amount: 1_000, validFrom: inDays(1), ...change };
    expect(await test.codeOf(setPrice, input as never, ada)).toBe(code);
    // A withdrawal ignores the amount: when only the amount was invalid, the withdrawal finds no price.
    expect(await test.codeOf(withdrawPrice, input as never, ada)).toBe(
      code === 'INPUT_INVALID' && 'amount' in change ? 'PRICE_NOT_FOUND' : code,
    );
  });

  it('with the amount zero can be set and withdrawn', async () => {
    const type = await newType();
    expect([await codeOfSet(type, 0, inDays(1)), await codeOfWithdraw(type, inDays(1))]).toEqual(['ok', 'ok']);
  });

  it('of an unknown type cannot be listed', async () => {
    expect(await test.codeOf(listPrices, { type: 'gas' }, ada)).toBe('PRODUCT_TYPE_NOT_FOUND');
  });

  it('is replaced step by step when staff set it concurrently; each event contains the replaced price', async () => {
    const type = await newType();
    const amounts = [1_001, 1_002, 1_003, 1_004, 1_005, 1_006];
    await Promise.all(amounts.map((amount, index) => setYearlyPrice(type, amount, inDays(7), index % 2 ? ada : bob)));
    const events = (await test.outbox())
      .filter(({ event, data }) => event.subject === type && data['price'])
      .map(({ data }) => data as { price: { amount: number }; replaced: { amount: number } | null });
    expect(events.map(({ price }) => price.amount).sort((a, b) => a - b)).toEqual(amounts);
    expect(events.map(({ replaced }) => replaced?.amount)).toEqual([
      undefined,
      ...events.slice(0, -1).map(({ price }) => price.amount),
    ]);
    expect(await listVersions(type)).toMatchObject([
      { price: { amount: events.at(-1)!.price.amount }, validUntil: null },
    ]);
  });

  it('is either replaced or withdrawn when staff do both concurrently', async () => {
    const type = await newType();
    await setYearlyPrice(type, 1_000, inDays(7));
    await Promise.all([codeOfSet(type, 2_000, inDays(7)), codeOfWithdraw(type, inDays(7))]);
    expect([[], [2_000]]).toContainEqual((await listVersions(type)).map(({ price }) => price.amount));
  });

  it('is quoted from the newest started version after random changes, and versions never overlap', async () => {
    const step = fc.record({
      day: fc.integer({ min: 1, max: 8 }),
      amount: fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const type = await newType();
        const amountByDay = new Map<number, number>();
        for (const { day, amount } of steps) {
          if (amount === undefined) {
            expect(await codeOfWithdraw(type, inDays(day))).toBe(amountByDay.delete(day) ? 'ok' : 'PRICE_NOT_FOUND');
          } else {
            await setYearlyPrice(type, amount, inDays(day));
            amountByDay.set(day, amount);
          }
        }
        const allVersions = await listVersions(type);
        expect(allVersions.map(({ validUntil }) => validUntil)).toEqual([
          ...allVersions.slice(1).map(({ validFrom }) => validFrom),
          ...(allVersions.length ? [null] : []),
        ]);
        for (let day = 0; day <= 9; day += 1) {
          const startedAmounts = [...amountByDay]
            .filter(([firstDay]) => firstDay <= day)
            .sort(([firstDay], [otherFirstDay]) => otherFirstDay - firstDay)
            .map(([, amount]) => amount);
          expect(await quotedPrice(type, inDays(day))).toBe(startedAmounts[0] ?? 'PRICE_MISSING');
        }
      }),
      { numRuns: 8 },
    );
  });

  it('starts at midnight in the time zone of the seller, not in UTC', async () => {
    const type = await newType();
    const [firstDay, secondDay] = [inDays(1), inDays(2)];
    await setYearlyPrice(type, 1_000, firstDay);
    await setYearlyPrice(type, 2_000, secondDay);
    const listedAmounts = async () =>
      (await test.call(listProductTypes, {}, 'nobody')).data
        .find(({ key }) => key === type)!
        .prices.map(({ price }) => price.amount);
    // Zurich is one or two hours ahead of UTC. In Zurich, 21:30 UTC is on the same day, and 23:30 UTC is on the next.
    test.moveClockTo(`${firstDay}T21:30:00.000Z`);
    expect(await listedAmounts()).toEqual([1_000]);
    expect(await codeOfWithdraw(type, secondDay)).toBe('ok');
    await setYearlyPrice(type, 2_000, secondDay);
    test.moveClockTo(`${firstDay}T23:30:00.000Z`);
    expect(await listedAmounts()).toEqual([2_000]);
    expect(await codeOfWithdraw(type, secondDay)).toBe('PRICE_STARTED');
  });
});
