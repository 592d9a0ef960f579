import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { checkPersonRights } from './check-person-rights.ts';
import { resolveHolderAndObject, findHolder, findObject } from './current-ownership.ts';
import { holderFor, objectFor, readPersonRights } from './read-person-rights.ts';
import { replaceGrants } from './replace-grants.ts';
import { selectActiveRights } from './select-active-rights.ts';

@Controller()
export class PersonRightsCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(setPersonRights)
  async setPersonRights(
    input: Input<typeof setPersonRights>,
    context: CommandContext,
  ): Promise<Output<typeof setPersonRights>> {
    const { organizationId, reason } = input;
    const endsAt = input.endsAt && new Date(input.endsAt).toISOString();
    const access = await this.access.forOrganization(organizationId, ['people', 'products']);
    const requested = { holder: holderFor(input), object: objectFor(input) };
    const [holder, object] = [
      findHolder(access.people, requested.holder),
      findObject(access.products, requested.object),
    ];
    const existingRights =
      holder && object
        ? await selectActiveRights(context.em, context.now, { organizationId, holder, object, endsAt })
        : new Set<string>();
    await checkPersonRights({ access, catalogue: this.catalogue }, { ...input, existingRights }, context.now);
    await replaceGrants(context, {
      organizationId,
      ...resolveHolderAndObject(access, requested),
      rights: [...new Set(input.rights)],
      endsAt,
      reason,
    });
    return readPersonRights(context.em, context.now, access, input);
  }
}
