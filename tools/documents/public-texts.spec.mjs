import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cloneRoot } from '../infra/profile.mjs';

const ruleId = /\b(?:C-)?(?:ORG|ROL|SUP|DIR|AUD|TEAM|ACC|PROD|HOST|SRCH|DOC|ADDR|PAY|REM|REN|WAR|LIFE|RMD)-\d+\b/g;

describe.each(['openapi.json', 'asyncapi.json'])('the texts of %s', (name) => {
  it('contain no rule ids, because callers do not know the rules', () => {
    const text = fs.readFileSync(path.join(cloneRoot, 'docs', name), 'utf8');
    expect(text.match(ruleId) ?? []).toEqual([]);
  });
});
