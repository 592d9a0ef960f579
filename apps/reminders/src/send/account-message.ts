import { getRecipient, getSignUpMail } from '@cordee/contracts/identity/account';
import { getPasswordResetMail } from '@cordee/contracts/identity/password';
import type { BuildDependencies, BuildResult, DueReminder } from './build-messages.ts';

/** The data of a notice about the security of an account. */
export interface AccountNoticePayload extends Record<string, unknown> {
  /** The instant of the event, in ISO format. */
  at: string;
  attempts?: string;
}

/** Builds a mail about an account. */
export async function buildAccountMessage(
  dependencies: BuildDependencies,
  reminder: DueReminder,
): Promise<BuildResult> {
  if (reminder.kind === 'sign_up_confirmation') return buildSignUpMessage(dependencies, reminder);
  if (reminder.kind === 'password_reset') return buildPasswordResetMessage(dependencies, reminder);
  return buildAccountNotice(dependencies, reminder);
}

async function buildSignUpMessage(
  { rpc, consoleUrl }: BuildDependencies,
  { subjectId }: DueReminder,
): Promise<BuildResult> {
  const mail = await rpc.call(getSignUpMail, { signUpId: subjectId });
  const kind = mail.kind === 'confirm' ? 'sign_up_confirmation' : 'account_exists';
  return {
    messages: [
      {
        accountId: undefined,
        address: mail.email,
        locale: mail.locale,
        kind,
        // The mail omits the name of the person: until the address is confirmed, anybody may have typed the name.
        values: {},
        ...(mail.token ? { link: `${consoleUrl}/confirm?token=${mail.token}` } : {}),
      },
    ],
  };
}

async function buildPasswordResetMessage(
  { rpc, consoleUrl }: BuildDependencies,
  { subjectId, kind }: DueReminder,
): Promise<BuildResult> {
  const { accountId, email, name, locale, token } = await rpc.call(getPasswordResetMail, {
    passwordResetId: subjectId,
  });
  const link = `${consoleUrl}/password-reset?token=${token}`;
  return { messages: [{ accountId, address: email, locale, kind, values: { name }, link }] };
}

async function buildAccountNotice(
  { rpc, consoleUrl }: BuildDependencies,
  { kind, accountId, payload }: DueReminder,
): Promise<BuildResult> {
  const recipient = await rpc.call(getRecipient, { accountId: accountId! });
  const { email, name, locale } = recipient;
  const { at, attempts } = payload as AccountNoticePayload;
  // The time zone of the person is not known.
  const [day, time] = [at.slice(0, 10), `${at.slice(11, 16)} UTC`];
  const link = kind === 'password_changed' ? { link: `${consoleUrl}/forgotten-password` } : {};
  return {
    messages: [
      { accountId: recipient.accountId, address: email, locale, kind, values: { name, day, time, attempts }, ...link },
    ],
  };
}
