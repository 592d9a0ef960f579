import { Email } from '@cordee/contracts/values';
import addressparser from 'nodemailer/lib/addressparser';

/** True for one mail address, with or without a name: `Provider <no-reply@provider.ch>`. */
export function isMailbox(text: string): boolean {
  const [mailbox, ...others] = addressparser(text);
  return others.length === 0 && Email.safeParse(mailbox?.address).success;
}
