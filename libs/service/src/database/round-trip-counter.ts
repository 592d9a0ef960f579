/**
 * Counts the round trips of one call: a statement that is sent while another one waits for its reply shares the round
 * trip.
 */
export class RoundTripCounter {
  private waiting = 0;
  private counted = 0;

  get count(): number {
    return this.counted;
  }

  onSend(): void {
    if (this.waiting === 0) this.counted += 1;
    this.waiting += 1;
  }

  onReply(): void {
    this.waiting -= 1;
  }
}
