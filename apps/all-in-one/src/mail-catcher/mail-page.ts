import { HOST_NOT_ALLOWED, type OwnHosts } from '@cordee/service/own-hosts';
import fastify, { type FastifyInstance } from 'fastify';
import type { CaughtMail, CaughtMails } from './caught-mail.ts';

const style = `
body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2733;background:#f5f6f8}
header{background:#1c3d5a;color:#fff;padding:12px 24px}
main{max-width:960px;margin:24px auto;padding:0 16px}
table{width:100%;border-collapse:collapse;background:#fff}
td,th{text-align:left;padding:8px 12px;border-bottom:1px solid #e3e7ec}
a{color:#0b5cad}
iframe{width:100%;height:560px;border:1px solid #d5dbe2;background:#fff}
pre{white-space:pre-wrap;background:#fff;padding:16px;border:1px solid #d5dbe2}`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const pageHtml = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<header><b>Caught mail</b> · none of these mails was delivered</header>
<main>${body}</main>
</body>
</html>`;

/**
 * Creates the server of the pages with the list of mails and with each mail. `/messages` serves the list as JSON for
 * tests and scripts.
 */
export function createMailPage(mails: CaughtMails, hosts: OwnHosts): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    if (hosts.includes(request.host)) return;
    return reply.status(HOST_NOT_ALLOWED.status).type('application/problem+json').send(HOST_NOT_ALLOWED);
  });
  app.get<{ Querystring: { to?: string } }>('/messages', (request, reply) =>
    reply.send({ data: mails.list(request.query.to) }),
  );
  app.delete('/messages', (_, reply) => {
    mails.clear();
    return reply.status(204).send();
  });
  app.get<{ Params: { id: string } }>('/messages/:id/raw', (request, reply) => {
    const raw = mails.raw(Number(request.params.id));
    return raw ? reply.type('message/rfc822').send(raw) : reply.status(404).send();
  });
  // The HTML of a mail is not trusted: the policy forbids scripts and requests to other servers.
  app.get<{ Params: { id: string } }>('/messages/:id/html', (request, reply) => {
    const mail = mails.find(Number(request.params.id));
    return mail
      ? reply
          .type('text/html')
          .header(
            'content-security-policy',
            "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
          )
          .send(mail.html)
      : reply.status(404).send();
  });
  app.get<{ Params: { id: string } }>('/:id(^\\d+$)', (request, reply) => {
    const mail = mails.find(Number(request.params.id));
    return mail
      ? reply.type('text/html').send(pageHtml(mail.subject, mailHtml(mail)))
      : reply.status(404).type('text/html').send(pageHtml('Not found', '<p>There is no such mail.</p>'));
  });
  app.get('/', (_, reply) => reply.type('text/html').send(pageHtml('Caught mail', listHtml(mails.list()))));
  return app;
}

function listHtml(mails: CaughtMail[]): string {
  if (mails.length === 0) return '<p>No mail yet.</p>';
  const rows = mails.map((mail) => {
    const receivedAt = escape(mail.receivedAt.replace('T', ' ').slice(0, 'YYYY-MM-DD hh:mm:ss'.length));
    const link = `<a href="/${mail.id}">${escape(mail.subject)}</a>`;
    return `<tr><td>${receivedAt}</td><td>${escape(mail.to.join(', '))}</td><td>${link}</td></tr>`;
  });
  return `<table>
<thead><tr><th>Received</th><th>To</th><th>Subject</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table>`;
}

function mailHtml(mail: CaughtMail): string {
  const [from, to, receivedAt] = [escape(mail.from), escape(mail.to.join(', ')), escape(mail.receivedAt)];
  const frame = `<iframe sandbox title="HTML part" src="/messages/${mail.id}/html"></iframe>`;
  return `<p><a href="/">All mail</a></p>
<h1>${escape(mail.subject)}</h1>
<p>From ${from} to ${to}, ${receivedAt} · <a href="/messages/${mail.id}/raw">source</a></p>
${mail.html ? frame : ''}<h2>Text part</h2><pre>${escape(mail.text)}</pre>`;
}
