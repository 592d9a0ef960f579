import type { CommandContext } from '@cordee/service/handler-decorators';
import type { Seller } from './seller/seller.ts';

/** The context of a command plus the seller. */
export type BillingContext = Pick<CommandContext, 'em' | 'now' | 'publish'> & { readonly seller: Seller };
