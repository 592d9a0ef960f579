import { toUuid } from '@cordee/contracts/id';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';

/** The interval between writes of the progress. */
const WRITE_EVERY_MS = 500;
/** An import that was started this often has failed: its error, or a crash that it causes, would happen again. */
const MAX_ATTEMPTS = 10;
const RETRY_MS = 10_000;

/** Records the progress of an import in transactions of its own, so that it is visible while the import runs. */
export class BankFileImportProgress {
  private step: 'check' | 'book' = 'check';
  private bytesRead = 0;
  private bookingCount = 0;
  private writtenAt = 0;

  constructor(
    private readonly background: BackgroundTransactions,
    private readonly id: `bfi_${string}`,
  ) {}

  /** Counts an attempt and resets the progress. Returns false when the import was started too often. */
  start(): Promise<boolean> {
    return this.background.asSystem(async ({ em }) => {
      const [row] = await em.execute<{ attempts: number }[]>(
        `insert into bank_file_import_progress as progress (id, attempts, step, bytes_read, bookings)
         values (?, 1, 'check', 0, 0)
         on conflict (id) do update set
           attempts = progress.attempts + 1, next_attempt_at = null, step = 'check', bytes_read = 0, bookings = 0
         returning attempts`,
        [toUuid(this.id)],
      );
      return row!.attempts <= MAX_ATTEMPTS;
    });
  }

  startBooking(): void {
    this.step = 'book';
    this.bytesRead = 0;
  }

  async addBytes(bytes: number): Promise<void> {
    this.bytesRead += bytes;
    await this.writeSometimes();
  }

  async setBookingCount(count: number): Promise<void> {
    this.bookingCount = count;
    await this.writeSometimes();
  }

  /** Writes the progress now. */
  async write(): Promise<void> {
    this.writtenAt = performance.now();
    const { step, bytesRead, bookingCount } = this;
    await this.background.asSystem(async ({ em }) => {
      await em.execute(`update bank_file_import_progress set step = ?, bytes_read = ?, bookings = ? where id = ?`, [
        step,
        bytesRead,
        bookingCount,
        toUuid(this.id),
      ]);
    });
  }

  /** Plans the next attempt after an error. An attempt that ended because the service stops does not count. */
  async planRetry({ isStopping }: { isStopping: boolean }): Promise<void> {
    await this.background.asSystem(async ({ em, now }) => {
      await em.execute(
        `update bank_file_import_progress set next_attempt_at = ?, attempts = attempts - ?::integer where id = ?`,
        [isStopping ? now : new Date(now.getTime() + RETRY_MS), isStopping ? 1 : 0, toUuid(this.id)],
      );
    });
  }

  private async writeSometimes(): Promise<void> {
    if (performance.now() - this.writtenAt >= WRITE_EVERY_MS) await this.write();
  }
}
