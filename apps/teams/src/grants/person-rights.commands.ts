import { AccessCopy } from '@cordee/access/access-copy';
import type { Input, Output } from '@cordee/contracts/contract';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { Handles, type CommandContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { checkPersonRights } from './check-person-rights.ts';
import { holderFor, objectFor, readPersonRights } from './read-person-rights.ts';
import { replaceGrants } from './replace-grants.ts';

@Controller()
export class PersonRightsCommands {
  constructor(
    @Inject(AccessCopy) private readonly access: AccessCopy,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(setPersonRights)
  async setPersonRights(input: Input<typeof setPersonRights>, context: CommandContext): Promise<Output<typeof setPersonRights>> {
    const { organizationId, reason } = input;
    const access = await this.access.of(organizationId, ['people', 'products']);
    await checkPersonRights({ access, catalogue: this.catalogue }, input, context.now);
    const endsAt = input.endsAt && new Date(input.endsAt).toISOString();
    await replaceGrants(context, { organizationId, holder: holderFor(input), object: objectFor(input), rights: [...new Set(input.rights)], endsAt, reason });
    return readPersonRights(context.em, context.now, access, input);
  }
}
