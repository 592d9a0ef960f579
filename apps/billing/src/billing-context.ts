import type { CommandContext } from '@cordee/service/handler-decorators';
import type { Seller } from './seller/seller.ts';

/** The parts of a command's context that billing actions need, and the seller. */
export type BillingContext = Pick<CommandContext, 'em' | 'now' | 'publish'> & { readonly seller: Seller };
