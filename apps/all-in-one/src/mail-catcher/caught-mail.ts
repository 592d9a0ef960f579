import PostalMime, { type Email } from 'postal-mime';

const MAX_MAILS = 2_000;

export interface CaughtMail {
  id: number;
  receivedAt: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: { name: string; value: string }[];
}

/** Stores the newest received mails in memory. */
export class CaughtMails {
  private readonly mails: (CaughtMail & { raw: Buffer })[] = [];
  private lastId = 0;

  async add(raw: Buffer, envelope: { from: string; to: string[] }): Promise<void> {
    const email: Email = await PostalMime.parse(raw);
    this.mails.unshift({
      id: (this.lastId += 1),
      receivedAt: new Date().toISOString(),
      // The envelope contains the real recipients, also those in Bcc; the headers do not.
      from: envelope.from,
      to: envelope.to,
      subject: email.subject ?? '',
      text: email.text ?? '',
      html: email.html ?? '',
      headers: email.headers.map(({ key, value }) => ({ name: key, value })),
      raw,
    });
    // Drops the oldest mails.
    this.mails.length = Math.min(this.mails.length, MAX_MAILS);
  }

  /** Lists the mails, newest first. With `to`, lists only the mails to this address. */
  list(to?: string): CaughtMail[] {
    return this.mails.filter((mail) => !to || mail.to.includes(to.toLowerCase())).map(({ raw: _, ...mail }) => mail);
  }

  raw(id: number): Buffer | undefined {
    return this.mails.find((mail) => mail.id === id)?.raw;
  }

  find(id: number): CaughtMail | undefined {
    return this.mails.find((mail) => mail.id === id);
  }

  clear(): void {
    this.mails.length = 0;
  }
}
