import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CaughtMail } from '../../src/mail-catcher/caught-mail.ts';
import { Api } from './api.ts';

const WAIT_TIMEOUT_MS = 90_000;
export const password = 'a rope, a harness and a helmet';

export interface Person {
  name: string;
  email: string;
  accountId: string;
  memberId?: string;
  token: string;
}

/** State that the steps of the scenario share: the API client, the caught mails, the people and earlier results. */
export class Scenario {
  readonly api: Api;
  readonly people = new Map<string, Person>();
  /** Ids and numbers that later steps need, by name. */
  readonly results = new Map<string, string>();

  private readonly urls: { api: string; mail: string };
  private readonly output: string;
  /** Returns the mail address of a person by first name. */
  readonly addressOf: (name: string) => string;

  constructor(urls: { api: string; mail: string }, output: string, addressOf: (name: string) => string) {
    this.urls = urls;
    this.output = output;
    this.addressOf = addressOf;
    this.api = new Api(urls.api);
    fs.mkdirSync(path.join(output, 'mails'), { recursive: true });
  }

  print(line: string): void {
    console.log(`    ${line}`);
  }

  save(name: string, content: Buffer | string): void {
    fs.writeFileSync(path.join(this.output, name), content);
    this.print(`saved ${name} (${content.length.toLocaleString('en')} bytes)`);
  }

  person(name: string): Person {
    const person = this.people.get(name);
    assert.ok(person, `an earlier step must create the person ${name}`);
    return person;
  }

  /** Returns a result of an earlier step. */
  result(name: string): string {
    const value = this.results.get(name);
    assert.ok(value, `an earlier step must set the result ${name}`);
    return value;
  }

  /** Returns a path under the organization of the scenario. */
  organizationPath(subpath = ''): string {
    return `/v1/organizations/${this.result('organization')}${subpath}`;
  }

  signIn = async ({
    email,
    typedPassword = password,
  }: {
    email: string;
    typedPassword?: string;
  }): Promise<{ accessToken: string; accountId: string }> => {
    const { body } = await this.api.post<{ accessToken: string; accountId: string }>('/v1/sessions', {
      body: { email, password: typedPassword },
      expect: 201,
    });
    return body;
  };

  /** Signs all people in again, because access tokens expire when the clock moves. */
  async signInAgain(): Promise<void> {
    for (const person of this.people.values()) person.token = (await this.signIn(person)).accessToken;
  }

  /** Waits for a mail to this address whose subject matches. Saves and returns the newest of these mails. */
  async waitForMail(to: string, subjectPattern: RegExp): Promise<CaughtMail> {
    const mail = await this.waitFor(`a mail to ${to} about ${subjectPattern.source}`, async () => {
      const mails = await this.caughtMails(to).catch(() => []);
      return mails.find(({ subject }) => subjectPattern.test(subject));
    });
    const raw = await (await fetch(`${this.urls.mail}/messages/${mail.id}/raw`)).arrayBuffer();
    const fileName = `${String(mail.id).padStart(3, '0')} ${mail.subject.replaceAll(/[^\p{L}\p{N} .-]/gu, '')}.eml`;
    fs.writeFileSync(path.join(this.output, 'mails', fileName), Buffer.from(raw));
    return mail;
  }

  async countMails(to: string, subjectPattern: RegExp): Promise<number> {
    return (await this.caughtMails(to)).filter(({ subject }) => subjectPattern.test(subject)).length;
  }

  private async caughtMails(to: string): Promise<CaughtMail[]> {
    const response = await fetch(`${this.urls.mail}/messages?to=${encodeURIComponent(to)}`);
    return ((await response.json()) as { data: CaughtMail[] }).data;
  }

  /** Calls `poll` again and again until it returns a value. */
  async waitFor<T>(description: string, poll: () => Promise<T | undefined | false>): Promise<T> {
    const deadline = performance.now() + WAIT_TIMEOUT_MS;
    for (;;) {
      const found = await poll();
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`no ${description} within ${WAIT_TIMEOUT_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Moves the clock of all services. */
  async moveClockTo(instant: string): Promise<void> {
    const staff = await this.signIn({ email: STAFF_EMAIL });
    await this.api
      .post('/v1/staff/clock', { token: staff.accessToken, body: { to: instant } })
      .catch(async (error: unknown) => {
        // When identity was killed after the move and before its reply, the token of the repeated call has expired.
        const { body } = await this.api.get<{ now: string }>('/v1/clock');
        if (new Date(body.now) < new Date(instant)) throw error;
      });
    await this.signInAgain();
  }
}

/** Address of the staff account in the demonstration. */
export const STAFF_EMAIL = 'staff@cordee.example';
