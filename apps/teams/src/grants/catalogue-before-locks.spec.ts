import { getCatalogue } from '@cordee/contracts/products/product-type';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

it('setting the rights of a person requests the catalogue while it holds no lock', async () => {
  const { test } = fixture;
  const customer = new Customer(fixture);
  const setRights = (rights: string[]): Promise<string> =>
    test.codeOf(
      setPersonRights,
      {
        organizationId: customer.organizationId,
        accountId: customer.people.ben,
        productId: customer.hosting,
        rights,
      },
      customer.as.chief,
    );
  expect(await setRights(['technical'])).toBe('ok');
  // The cached catalogue is outdated.
  fixture.advanceHours(1);
  const heldLocks: unknown[] = [];
  let requests = 0;
  const request = test.bus.request.bind(test.bus);
  test.bus.request = async (...parameters) => {
    if (parameters[0] === getCatalogue.subject) {
      requests += 1;
      heldLocks.push(
        ...(await test.rows(
          `select locktype, mode from pg_locks join pg_database on pg_database.oid = pg_locks.database
           where datname = current_database() and (locktype = 'advisory' or mode = 'RowShareLock')`,
        )),
      );
    }
    return request(...parameters);
  };
  expect(await setRights(['statistics'])).toBe('ok');
  expect({ requests, heldLocks }).toEqual({ requests: 1, heldLocks: [] });
});
