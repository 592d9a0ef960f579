import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';

/** A mail server for specs. It accepts mails, or rejects them on request. */
export class TestMailbox {
  readonly mails: { to: string; mail: Email }[] = [];
  /** Returns the error response to a recipient, or `undefined` to accept the mail. */
  reject: (to: string) => { responseCode: number; message: string } | undefined = () => undefined;

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<TestMailbox> {
    // The handlers of the server need the mailbox, which is created after the server.
    const reference: { mailbox?: TestMailbox } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo({ address }, _, done) {
        const rejection = reference.mailbox!.reject(address);
        done(
          rejection ? Object.assign(new Error(rejection.message), { responseCode: rejection.responseCode }) : undefined,
        );
      },
      onData(stream, session, done) {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.on(
          'end',
          () =>
            void PostalMime.parse(Buffer.concat(pieces))
              .then((mail) => reference.mailbox!.mails.push({ to: session.envelope.rcptTo[0]!.address, mail }))
              .finally(() => done()),
        );
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    reference.mailbox = new TestMailbox(server, `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`);
    return reference.mailbox;
  }

  /** Removes the received mails, and accepts mails again. */
  reset(): void {
    this.mails.length = 0;
    this.reject = () => undefined;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
