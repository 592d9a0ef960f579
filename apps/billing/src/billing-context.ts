import type { CommandContext } from '@cordee/service/handler-decorators';
import type { Seller } from './seller/seller.ts';

/** What the actions of billing work with: the transaction, the time, where facts go, and who sells. */
export type BillingContext = Pick<CommandContext, 'em' | 'now' | 'publish'> & { readonly seller: Seller };
