import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CaughtMail } from '../mail-catcher/caught-mail.ts';
import { Api } from './api.ts';

const PATIENCE_MS = 40_000;
export const password = 'a rope, a harness and a helmet';

export interface Person {
  name: string;
  email: string;
  accountId: string;
  memberId?: string;
  token: string;
}

/** What the steps of the story share: the API, the caught mail, what was said, and what has come out so far. */
export class Story {
  readonly api: Api;
  readonly people = new Map<string, Person>();
  /** Ids and numbers that later steps need. */
  readonly known = new Map<string, string>();

  constructor(
    private readonly urls: { api: string; mail: string },
    private readonly output: string,
    /** The address of a person, by their first name. */
    readonly address: (name: string) => string,
  ) {
    this.api = new Api(urls.api);
    fs.mkdirSync(path.join(output, 'mails'), { recursive: true });
  }

  say(line: string): void {
    console.log(`    ${line}`);
  }

  save(name: string, content: Buffer | string): void {
    fs.writeFileSync(path.join(this.output, name), content);
    this.say(`saved ${name} (${content.length.toLocaleString('en')} bytes)`);
  }

  person(name: string): Person {
    const person = this.people.get(name);
    assert.ok(person, `${name} is not in the story yet`);
    return person;
  }

  get(name: string): string {
    const value = this.known.get(name);
    assert.ok(value, `${name} is not known yet`);
    return value;
  }

  /** Path under the organization of the story. */
  inOrganization(rest = ''): string {
    return `/v1/organizations/${this.get('organization')}${rest}`;
  }

  async signIn(person: { email: string }, secret = password): Promise<{ accessToken: string; accountId: string }> {
    return (
      await this.api.post<{ accessToken: string; accountId: string }>('/v1/sessions', {
        body: { email: person.email, password: secret },
        expect: 201,
      })
    ).body;
  }

  /** Signs everybody in anew: access tokens do not outlive a jump of the clock. */
  async signInAgain(): Promise<void> {
    for (const person of this.people.values()) person.token = (await this.signIn(person)).accessToken;
  }

  /** The newest caught mail to this address with these words in its subject. */
  async mail(to: string, words: RegExp): Promise<CaughtMail> {
    const found = await this.until(`a mail to ${to} about ${words.source}`, async () => {
      const response = await fetch(`${this.urls.mail}/messages?to=${encodeURIComponent(to)}`).catch(() => undefined);
      const { data } = response ? ((await response.json()) as { data: CaughtMail[] }) : { data: [] };
      return data.find(({ subject }) => words.test(subject));
    });
    fs.writeFileSync(
      path.join(
        this.output,
        'mails',
        `${String(found.id).padStart(3, '0')} ${found.subject.replaceAll(/[^\p{L}\p{N} .-]/gu, '')}.eml`,
      ),
      Buffer.from(await (await fetch(`${this.urls.mail}/messages/${found.id}/raw`)).arrayBuffer()),
    );
    return found;
  }

  /** How many caught mails there are to this address with these words. */
  async countMails(to: string, words: RegExp): Promise<number> {
    const { data } = (await (await fetch(`${this.urls.mail}/messages?to=${encodeURIComponent(to)}`)).json()) as {
      data: CaughtMail[];
    };
    return data.filter(({ subject }) => words.test(subject)).length;
  }

  /** Waits for a fact that arrives by itself. */
  async until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (performance.now() > end) throw new Error(`${what} did not come within ${PATIENCE_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Moves the clock of all services. */
  async moveClockTo(instant: string): Promise<void> {
    const staff = await this.signIn({ email: STAFF_EMAIL });
    await this.api.post('/v1/staff/clock', { token: staff.accessToken, body: { to: instant } });
    await this.signInAgain();
  }
}

/** The staff account that the demonstration has. */
export const STAFF_EMAIL = 'staff@cordee.example';
