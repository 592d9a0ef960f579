export interface MailParts {
  locale: string;
  subject: string;
  greeting: string;
  lines: readonly string[];
  rows: readonly { label: string; value: string }[];
  action: { label: string; url: string } | undefined;
  footer: readonly string[];
}

/** Inline styles, because mail programs ignore style sheets. */
const styles = {
  body:
    'margin:0;padding:24px 12px;background:#f2f4f7;color:#1c2733;' +
    "font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
  article: 'max-width:600px;margin:0 auto;padding:32px;background:#ffffff;border-radius:6px',
  table: 'margin:0 0 20px;border-collapse:collapse',
  button:
    'display:inline-block;padding:12px 20px;background:#0b5cad;color:#ffffff;' +
    'text-decoration:none;border-radius:4px;font-weight:600',
  url: 'margin:0 0 20px;font-size:13px;color:#56616d;word-break:break-all',
} as const;

/**
 * The HTML layout of all mails. It is readable without images and styles, in dark mode, in large print and by screen
 * readers.
 */
export function mailLayout({ locale, subject, greeting, lines, rows, action, footer }: MailParts): string {
  const table = rows.length
    ? `<table role="presentation" cellpadding="0" cellspacing="0" style="${styles.table}">` +
      `${rows.map(tableRow).join('')}</table>`
    : '';
  const button = action
    ? `<p style="margin:0 0 8px"><a href="${escapeHtml(action.url)}" style="${styles.button}">` +
      `${escapeHtml(action.label)}</a></p>` +
      `<p style="${styles.url}">${escapeHtml(action.url)}</p>`
    : '';
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="${styles.body}">
<div role="article" lang="${locale}" style="${styles.article}">
<h1 style="margin:0 0 20px;font-size:21px;line-height:1.3">${escapeHtml(subject)}</h1>
<p style="margin:0 0 16px">${escapeHtml(greeting)}</p>
${lines.map((line) => `<p style="margin:0 0 16px">${escapeHtml(line)}</p>`).join('\n')}
${table}${button}
<hr style="border:0;border-top:1px solid #d9dee4;margin:24px 0 16px">
${footer.map((line) => `<p style="margin:0 0 6px;font-size:13px;color:#56616d">${escapeHtml(line)}</p>`).join('\n')}
</div></body></html>`;
}

const tableRow = ({ label, value }: MailParts['rows'][number]): string =>
  `<tr><td style="padding:4px 24px 4px 0;color:#56616d">${escapeHtml(label)}</td>` +
  `<td style="padding:4px 0;font-weight:600">${escapeHtml(value)}</td></tr>`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
