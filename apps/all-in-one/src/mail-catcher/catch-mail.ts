import { SMTPServer } from 'smtp-server';
import type { CaughtMails } from './caught-mail.ts';

const MAX_BYTES = 20 * 1024 * 1024;

/** Starts an SMTP server that stores every mail in `mails` and delivers no mail. */
export async function catchMail(mails: CaughtMails, host: string, port: number): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: MAX_BYTES,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails
          .add(Buffer.concat(chunks), {
            // `mailFrom` is false for a mail without a sender, such as a bounce.
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address.toLowerCase()),
          })
          .then(() => done(), done);
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
