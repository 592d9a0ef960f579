import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { getPersonRights } from '@cordee/contracts/teams/person-rights';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { assertPersonRights } from './assert-person-rights.ts';
import { readPersonRights } from './read-person-rights.ts';

@Controller()
export class PersonRightsQueries {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(getPersonRights)
  async getPersonRights(
    input: Input<typeof getPersonRights>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getPersonRights>> {
    const access = await this.access.forOrganization(input.organizationId, ['people', 'products']);
    await assertPersonRights(
      { access, catalogue: this.catalogue },
      { ...input, rights: [], endsAt: null, existingRights: new Set() },
      now,
    );
    return readPersonRights(em, now, access, input);
  }
}
