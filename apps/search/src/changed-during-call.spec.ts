import { importMessages } from '@cordee/contracts/search/search';
import { testChangedObjects } from '@cordee/testing/test-changed-objects';
import { uuid } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { Customer, rawMail, SearchFixture } from '../test/search.fixture.ts';

let fixture: SearchFixture;
beforeAll(async () => {
  fixture = await SearchFixture.start();
});
afterAll(() => fixture.test.stop());

testChangedObjects('search', () => fixture.test, [
  [
    importMessages,
    async () => {
      const customer = new Customer(fixture);
      const { organizationId, mailboxId: resourceId } = customer;
      const fileId = await customer.upload(rawMail({ subject: 'Hello', text: 'x' }), 'message/rfc822');
      return {
        input: { organizationId, resourceId, fileId },
        as: customer.as('ben'),
        changes: {
          'the mailbox is transferred': {
            make: async () => fixture.resources.delete(`${organizationId} ${resourceId}`),
            code: 'MAILBOX_NOT_FOUND',
          },
          'the file is deleted': {
            make: () => fixture.test.rows(`delete from file where id = $1`, [uuid(fileId)]),
            code: 'FILE_NOT_FOUND',
          },
        },
      };
    },
  ],
]);
