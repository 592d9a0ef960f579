/**
 * Counts the round trips of one call: a statement that is sent while another statement waits for its reply shares
 * the round trip.
 */
export class RoundTripCounter {
  private waitingStatements = 0;
  private roundTrips = 0;

  get count(): number {
    return this.roundTrips;
  }

  onSend(): void {
    if (this.waitingStatements === 0) this.roundTrips += 1;
    this.waitingStatements += 1;
  }

  onReply(): void {
    this.waitingStatements -= 1;
  }
}
