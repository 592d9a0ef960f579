import { AccessCache } from '@cordee/access/access-cache';
import { addResource } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import { Email } from '@cordee/contracts/values';
import { insertRows } from '@cordee/service/database/insert-rows';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockProduct } from '../products/lock-product.ts';
import { findLevel, MAX_LEVELS } from './resource-level.ts';
import { startResourceOwnership } from './resource-ownership.ts';
import { Resource } from './resource.entity.ts';

@Controller()
export class ResourceCommands {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(addResource)
  async addResource(
    input: Input<typeof addResource>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof addResource>> {
    const { organizationId, productId, kind, name, parentId, ownerAccountId } = input;
    const people = await this.access.people(organizationId);
    // An owner has access, and staff cannot grant access (SUP-3).
    if (ownerAccountId && !people.find(accountId))
      throw inputError('PERMISSION_DENIED', '/ownerAccountId', 'can be set by people of the organization only');
    const owner = ownerAccountId ? people.find(ownerAccountId) : undefined;
    if (ownerAccountId && !owner)
      throw inputError('PERSON_UNKNOWN', '/ownerAccountId', 'does not belong to the organization');
    // The lock serializes additions to a product: no other request takes the name between the check and the insert.
    const product = await lockProduct(em, organizationId, productId);
    const [[activeKind], parentLevel, [sameName]] = await Promise.all([
      em.execute<unknown[]>(`select 1 from resource_kind where product_type = ? and key = ? and not is_retired`, [
        product.type,
        kind,
      ]),
      parentId === null ? undefined : findLevel(em, { organizationId, productId, kind, id: parentId }),
      em.execute<unknown[]>(
        `select 1 from resource
         where organization_id = ? and product_id = ? and kind = ? and parent_id is not distinct from ?::uuid
           and lower(name) = lower(?)`,
        [toUuid(organizationId), toUuid(productId), kind, uuidOrNull(parentId), name],
      ),
    ]);
    if (!activeKind)
      throw inputError('RESOURCE_KIND_UNKNOWN', '/kind', `is not a resource kind of ${product.type}: ${kind}`);
    if (kind === 'mail_address' && !Email.safeParse(name).success)
      throw inputError('RESOURCE_NAME_INVALID', '/name', 'must be a mail address');
    if (parentLevel === null) throw inputError('RESOURCE_NOT_FOUND', '/parentId', `is not a ${kind} of this product`);
    if (parentLevel !== undefined && parentLevel >= MAX_LEVELS)
      throw inputError('RESOURCE_NESTING_TOO_DEEP', '/parentId', `is already nested ${MAX_LEVELS} levels deep`);
    if (sameName) throw new DomainError('RESOURCE_NAME_TAKEN');
    const resource = em.create(
      Resource,
      {
        organizationId,
        id: newId('res', now),
        productId,
        kind,
        name,
        parentId,
        ownerAccountId,
        ownerMemberId: owner?.memberId ?? null,
        createdAt: now,
      },
      { persist: false },
    );
    insertRows(em, [resource]);
    if (owner) startResourceOwnership(em, resource, owner, now);
    await publish(resource.added());
    return resource.view();
  }
}
