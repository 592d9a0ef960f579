/**
 * Counts the round trips of one call: statements that are sent before the reply of an earlier statement arrives belong
 * to the round trip of the earlier one.
 */
export class RoundTripCounter {
  private isWaiting = false;
  private counted = 0;

  get count(): number {
    return this.counted;
  }

  onSend(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.counted += 1;
  }

  onReply(): void {
    this.isWaiting = false;
  }
}
