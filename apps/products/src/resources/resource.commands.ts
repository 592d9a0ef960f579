import { AccessCopy } from '@cordee/access/access-copy';
import { addResource } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { Email } from '@cordee/contracts/values';
import { Handles, type CommandContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { lockProduct } from '../products/lock-product.ts';
import { Resource } from './resource.entity.ts';

@Controller()
export class ResourceCommands {
  constructor(@Inject(AccessCopy) private readonly access: AccessCopy) {}

  @Handles(addResource)
  async addResource(input: Input<typeof addResource>, { em, now, publish }: CommandContext): Promise<Output<typeof addResource>> {
    const { organizationId, productId, kind, name, ownerAccountId } = input;
    const { people } = await this.access.people(organizationId);
    if (ownerAccountId && !people.some(({ accountId }) => accountId === ownerAccountId)) throw new DomainError('PERSON_UNKNOWN', { errors: [{ pointer: '/ownerAccountId', detail: 'does not belong to the organization', code: 'person_unknown' }] });
    // The lock makes those who add to one product take turns, so that the look at the name holds.
    const product = await lockProduct(em, organizationId, productId);
    const [known] = await em.execute<unknown[]>(`select 1 from resource_kind where product_type = ? and key = ?`, [product.type, kind]);
    if (!known) throw new DomainError('RESOURCE_KIND_UNKNOWN', { errors: [{ pointer: '/kind', detail: `${product.type} has no resources of kind ${kind}`, code: 'resource_kind_unknown' }] });
    if (kind === 'mail_address' && !Email.safeParse(name).success) throw new DomainError('RESOURCE_NAME_INVALID', { errors: [{ pointer: '/name', detail: 'must be a mail address', code: 'resource_name_invalid' }] });
    const [taken] = await em.execute<unknown[]>(`select 1 from resource where organization_id = ? and product_id = ? and kind = ? and lower(name) = lower(?)`, [
      toUuid(organizationId), toUuid(productId), kind, name,
    ]);
    if (taken) throw new DomainError('RESOURCE_NAME_TAKEN');
    const resource = em.create(Resource, { organizationId, id: newId('res', now), productId, kind, name, ownerAccountId, createdAt: now });
    await publish(resource.added());
    return resource.view();
  }
}
