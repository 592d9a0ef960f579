import { expect, test } from '@jest/globals';
import { natsUser, natsUsers } from './broker-users.mjs';

const user = { name: 'warehouse', publish: ['$JS.API.INFO'], subscribe: ['_INBOX_warehouse.>'] };

test('a password is in quotes, because nats-server reads 12e34 as a number', () => {
  expect(natsUser(user, '12e34')).toContain('password: "12e34"\n');
});

test('a variable of the environment is not in quotes, because nats-server would read its name', () => {
  expect(natsUsers([user])).toContain('password: $WAREHOUSE_NATS_PASSWORD\n');
});
