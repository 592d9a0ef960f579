import { createTransport, type Transporter } from 'nodemailer';
import type { RemindersConfig } from '../config.ts';
import { headerText } from './header-text.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  attachment?: Attachment | undefined;
}

/** A file that is attached to a mail. */
export interface Attachment {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/**
 * The result of a delivery: accepted, rejected permanently, to be retried, or unknown because the connection was lost
 * before the response.
 */
export type Delivery = { status: 'sent' } | { status: 'refused' | 'retry' | 'unknown'; reason: string };

/** Sends mails by SMTP, signed with DKIM when a key is configured. */
export class SmtpMailer {
  private readonly transport: Transporter;

  constructor(
    private readonly config: Pick<
      RemindersConfig,
      'SMTP_URL' | 'MAIL_FROM' | 'DKIM_DOMAIN' | 'DKIM_SELECTOR' | 'DKIM_PRIVATE_KEY'
    >,
  ) {
    const { DKIM_DOMAIN: domainName, DKIM_SELECTOR: keySelector, DKIM_PRIVATE_KEY: privateKey } = config;
    this.transport = createTransport({
      url: config.SMTP_URL,
      pool: true,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 20_000,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(domainName && keySelector && privateKey ? { dkim: { domainName, keySelector, privateKey } } : {}),
    });
  }

  /** A retry uses the same `messageId`, so that a mail server can recognize a duplicate. */
  async send(mail: Mail, messageId: string): Promise<Delivery> {
    const domain = /@([^>\s]+)/.exec(this.config.MAIL_FROM)?.[1] ?? 'localhost';
    try {
      await this.transport.sendMail({
        from: this.config.MAIL_FROM,
        // An object, because a string would be parsed as a list of addresses.
        to: { name: '', address: mail.to },
        subject: headerText(mail.subject),
        text: mail.text,
        html: mail.html,
        ...(mail.attachment && { attachments: [attachmentOf(mail.attachment)] }),
        messageId: `<${messageId}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return { status: 'sent' };
    } catch (error) {
      const { responseCode, command, message } = error as Error & { responseCode?: number; command?: string };
      if (responseCode) return { status: responseCode >= 500 ? 'refused' : 'retry', reason: message };
      // Without a response code, the connection failed. After DATA, the server may have accepted the mail.
      return { status: command === 'DATA' ? 'unknown' : 'retry', reason: message };
    }
  }

  close(): void {
    this.transport.close();
  }
}

const attachmentOf = ({ name, contentType, bytes }: Attachment) => ({
  filename: name,
  contentType,
  content: Buffer.from(bytes),
});
