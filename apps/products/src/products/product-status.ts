/** The status of a blocked product. A mail service gets `maintenance`, because mail still arrives (PROD-4). */
export type BlockedStatus = 'blocked' | 'maintenance';

/** Returns the status of a product from the reasons of its active blocks. */
export function productStatus(blockReasons: readonly string[], blockedStatus: BlockedStatus): 'active' | BlockedStatus {
  return blockReasons.length > 0 ? blockedStatus : 'active';
}
