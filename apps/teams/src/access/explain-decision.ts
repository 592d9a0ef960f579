import type { AccessFacts } from '@cordee/access/access-facts';
import type { Chain, Decision, Question } from '@cordee/access/decide';
import type { Output } from '@cordee/contracts/contract';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Locale } from '@cordee/contracts/values';
import { explanationTexts } from './explanation-texts.ts';

export type Explanation = Output<typeof explainAccess>;
type ChainView = Explanation['chains'][number];

/** What whoever asks may be told. */
export interface Asker {
  language: Locale;
  maySee: (teamId: `team_${string}`) => boolean;
  /** The name of who gave a grant; undefined when it is not for the asker, or not known. */
  nameOf: (giver: string) => string | undefined;
}

/** A decision in sentences: every chain that gives the right, or why not. What decides and what explains is one function; this only words it (ACC-2, C-TEAM-17). */
export function explainDecision(facts: AccessFacts, question: Question, decision: Decision, asker: Asker): Explanation {
  const texts = explanationTexts[asker.language];
  const chains = decision.chains.map((chain) => viewChain(facts, question, chain, asker));
  const isCapped = decision.allowed && question.right === 'change' && facts.people.people.some(({ accountId, role }) => accountId === question.accountId && role === 'external');
  const sentences = decision.refusal ? [texts.refused[decision.refusal]] : [texts.allowed, ...chains.map(({ text }) => text), ...(isCapped ? [texts.ownFilesOnly] : [])];
  return { isAllowed: decision.allowed, chains, refusal: decision.refusal, text: sentences.join(' ') };
}

function viewChain(facts: AccessFacts, question: Question, chain: Chain, asker: Asker): ChainView {
  const texts = explanationTexts[asker.language];
  if (chain.via === 'role') return { via: 'role', role: chain.role, text: texts.role[chain.role] };
  if (chain.via === 'owner') return { via: 'owner', text: texts.owner };
  const { grantId, holder, object, right, givenBy, givenAt, endsAt } = chain.grant;
  const teams = chain.teams.filter(asker.maySee).map((teamId) => ({ teamId, name: facts.grants.teams.find((team) => team.teamId === teamId)!.name }));
  return { via: 'grant', grantId, holder, object, right, teams, givenBy, givenAt, endsAt, text: sentencesOf(chain, question, teams, asker).join(' ') };
}

function sentencesOf({ grant, teams: path }: Extract<Chain, { via: 'grant' }>, question: Question, teams: readonly { teamId: string; name: string }[], asker: Asker): string[] {
  const texts = explanationTexts[asker.language];
  const given = { on: dateIn(asker.language, grant.givenAt), by: asker.nameOf(grant.givenBy) };
  const name = (teamId: string | undefined): string | undefined => teams.find((team) => team.teamId === teamId)?.name;
  const first = name(path[0]);
  return [
    ...(grant.holder.kind === 'account' ? [texts.direct(given)] : []),
    ...(grant.holder.kind === 'organization' ? [texts.organization(given)] : []),
    ...(grant.holder.kind === 'team' ? [texts.team(given, name(grant.holder.teamId))] : []),
    ...(path.length > 1 && first ? [texts.through(first)] : []),
    ...(grant.endsAt && new Date(grant.endsAt) > question.at ? [texts.endsOn(dateIn(asker.language, grant.endsAt))] : []),
  ];
}

const tags: Record<Locale, string> = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-GB', es: 'es-ES' };
const dateIn = (language: Locale, instant: string): string => new Intl.DateTimeFormat(tags[language], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(instant));
