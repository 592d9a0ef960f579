import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { assertPersonRights } from './assert-person-rights.ts';
import { resolveHolderAndObject, findHolder, findObject } from './current-periods.ts';
import { lockGrants } from './lock-grants.ts';
import { holderFor, objectFor, readPersonRights } from './read-person-rights.ts';
import { hasRequestedEnd, replaceGrants } from './replace-grants.ts';

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
    const { em, now } = context;
    const { organizationId, reason } = input;
    const endsAt = input.endsAt === null ? null : new Date(input.endsAt);
    const access = await this.access.forOrganization(organizationId, ['people', 'products']);
    const requested = { holder: holderFor(input), object: objectFor(input) };
    const [holder, object] = [
      findHolder(access.people, requested.holder),
      findObject(access.products, requested.object),
    ];
    // Loads the product types before the lock, because no other service may be called while the lock is held.
    await this.catalogue.preload(now);
    const grants = holder && object ? await lockGrants(em, { organizationId, holder, object }) : [];
    // With an end in the past, no right counts as existing, so `assertPersonRights` throws.
    const keptGrants = endsAt && endsAt <= now ? [] : grants.filter((grant) => hasRequestedEnd(grant, endsAt));
    const existingRights = new Set(keptGrants.map(({ accessRight }) => accessRight));
    await assertPersonRights({ access, catalogue: this.catalogue }, { ...input, existingRights }, now);
    await replaceGrants(context, grants, {
      organizationId,
      ...resolveHolderAndObject(access, requested),
      rights: [...new Set(input.rights)],
      endsAt,
      reason,
    });
    return readPersonRights(em, now, access, input);
  }
}
