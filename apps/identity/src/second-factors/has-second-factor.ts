import type { EntityManager } from '@mikro-orm/postgresql';
import { SecondFactor } from './second-factor.entity.ts';

export const hasSecondFactor = async (em: EntityManager, accountId: `acc_${string}`): Promise<boolean> =>
  (await em.count(SecondFactor, { accountId, confirmedAt: { $ne: null } })) > 0;
