import { AccessCopy } from '@cordee/access/access-copy';
import type { Input, Output } from '@cordee/contracts/contract';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { Handles, type CommandContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { checkPersonRights } from './check-person-rights.ts';
import { inPresent, presentHolder, presentObject } from './in-present.ts';
import { holderFor, objectFor, readPersonRights } from './read-person-rights.ts';
import { keepFromRestriction } from './keep-from-restriction.ts';
import { replaceGrants } from './replace-grants.ts';
import { selectStandingRights } from './select-standing-rights.ts';

@Controller()
export class PersonRightsCommands {
  constructor(
    @Inject(AccessCopy) private readonly access: AccessCopy,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(setPersonRights)
  async setPersonRights(
    input: Input<typeof setPersonRights>,
    context: CommandContext,
  ): Promise<Output<typeof setPersonRights>> {
    const { organizationId, reason, resourceId } = input;
    const endsAt = input.endsAt && new Date(input.endsAt).toISOString();
    const access = await this.access.of(organizationId, ['people', 'products']);
    const asked = { holder: holderFor(input), object: objectFor(input) };
    const [holder, object] = [presentHolder(access.people, asked.holder), presentObject(access.products, asked.object)];
    const standing =
      holder && object
        ? await selectStandingRights(context.em, context.now, { organizationId, holder, object, endsAt })
        : new Set<string>();
    await checkPersonRights({ access, catalogue: this.catalogue }, { ...input, standing }, context.now);
    const set = await replaceGrants(context, {
      organizationId,
      ...inPresent(access, asked),
      rights: [...new Set(input.rights)],
      endsAt,
      reason,
    });
    if (resourceId)
      await keepFromRestriction(
        context.em,
        organizationId,
        resourceId,
        set.map(({ grantId }) => grantId),
      );
    return readPersonRights(context.em, context.now, access, input);
  }
}
