import { readConfig } from '@cordee/service/config';
import { OwnHosts } from '@cordee/service/own-hosts';
import { listenOrThrow, startOrExit } from '@cordee/service/start-error';
import { environment, MailCatcherConfig } from './config.ts';
import { catchMail } from './mail-catcher/catch-mail.ts';
import { CaughtMails } from './mail-catcher/caught-mail.ts';
import { createMailPage } from './mail-catcher/mail-page.ts';

/** Receives all mails of a local installation and shows them on a page. It delivers no mail. */
await startOrExit(async () => {
  const { HOST: host, ...config } = readConfig(MailCatcherConfig, environment);
  const mails = new CaughtMails();
  const smtp = await listenOrThrow({ variable: 'MAIL_SMTP_PORT', host, port: config.MAIL_SMTP_PORT }, () =>
    catchMail(mails, host, config.MAIL_SMTP_PORT),
  );
  const page = createMailPage(mails, new OwnHosts(undefined, config.ALLOWED_HOSTS));
  await listenOrThrow({ variable: 'MAIL_PAGE_PORT', host, port: config.MAIL_PAGE_PORT }, () =>
    page.listen({ host, port: config.MAIL_PAGE_PORT }),
  );

  const stop = (): void => {
    smtp.close(() => void page.close().then(() => process.exit(0)));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
});
