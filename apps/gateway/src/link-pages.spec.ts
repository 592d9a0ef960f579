import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import vm from 'node:vm';
import { Locale } from '@cordee/contracts/values';
import { addLinkPages } from './link-pages.ts';
import { pageTexts } from './page-texts/page-texts.ts';
import { addRequestContexts } from './request-context.ts';

const app = fastify();
addRequestContexts(app);
addLinkPages(app, { hasCardSimulator: true });

const get = (url: string, language: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { 'accept-language': language, ...headers } });
const paths = [
  '/confirm',
  '/forgotten-password',
  '/password-reset',
  '/invitation',
  '/transfer',
  '/card-payment',
  '/card-simulator',
];
const scripts = ['/links.js', '/invitation.js', '/transfer.js', '/card-simulator.js'];

/** All texts of a language, with their paths. */
const textsOf = (texts: object, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]: [string, string | object]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value]] : textsOf(value, `${prefix}${key}.`),
  );

describe.each(Locale.options)('the pages for links in mails in %s', (language) => {
  it.each(paths)('declare the language, and have a title in the language: %s', async (path) => {
    const { headers, body } = await get(`${path}?token=x`, `${language}-CH`);
    expect([headers['content-language'], headers['vary']]).toEqual([language, 'Accept-Language']);
    expect(body).toContain(`<html lang="${language}">`);
    const titles = [
      pageTexts[language].confirm,
      pageTexts[language].forgottenPassword,
      pageTexts[language].passwordReset,
      pageTexts[language].invitation,
      pageTexts[language].transfer,
      pageTexts[language].cardPayment,
      pageTexts[language].cardSimulator,
    ].map(({ title }) => title);
    expect(body).toContain(`<h1>${titles[paths.indexOf(path)]}</h1>`);
    expect(body).not.toContain('undefined');
  });

  it.each(scripts)('have a valid script with the error text of the language: %s', async (path) => {
    const { headers, body } = await get(path, language);
    expect(headers['content-language']).toBe(language);
    expect(() => new vm.Script(body)).not.toThrow();
    expect(body).toContain(pageTexts[language].unreachable);
  });

  it('have texts without characters of HTML, and with the placeholders of the English texts', () => {
    const english = new Map(textsOf(pageTexts.en));
    for (const [key, text] of textsOf(pageTexts[language])) {
      expect(text).toMatch(/^[^<>&"]+$/);
      expect([key, text.match(/\{\w+\}/g)]).toEqual([key, english.get(key)!.match(/\{\w+\}/g)]);
    }
  });
});

describe('a page for a link in a mail', () => {
  it.each([...paths, ...scripts])(
    'has its own ETag in French, and answers 304 for this ETag only in French: %s',
    async (path) => {
      const [french, german] = await Promise.all(['fr', 'de'].map((language) => get(path, language)));
      const etag = french!.headers['etag'] as string;
      expect(german!.headers['etag']).not.toBe(etag);
      const current = await get(path, 'fr', { 'if-none-match': etag });
      expect([current.statusCode, current.headers['vary']]).toEqual([304, 'Accept-Language']);
      expect((await get(path, 'de', { 'if-none-match': etag })).statusCode).toBe(200);
    },
  );

  it('of the card simulator exists only where the card simulator exists', async () => {
    const production = fastify();
    addRequestContexts(production);
    addLinkPages(production, { hasCardSimulator: false });
    expect((await production.inject('/card-simulator')).statusCode).toBe(404);
    expect((await production.inject('/card-payment')).statusCode).toBe(200);
  });

  it('has a script that reads only texts that exist', async () => {
    for (const path of scripts) {
      const { body } = await get(path, 'en');
      const texts = JSON.parse(/^const texts = (.*);$/m.exec(body)![1]!) as object;
      for (const [, name] of body.matchAll(/\btexts\.(\w+)/g)) expect(Object.keys(texts)).toContain(name);
    }
  });
});
