import { isNarrowed, type Chain, type Decision, type Question } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Output } from '@cordee/contracts/contract';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Locale } from '@cordee/contracts/values';
import { describeGrant, inOrder, type MaySee } from './describe-sources.ts';
import { explanationTexts } from './explanation-texts.ts';
import type { GivenGrant } from './select-given-grants.ts';

export type Explanation = Output<typeof explainAccess>;
type ChainView = Explanation['chains'][number];

/** What whoever asks may be told. */
export interface Asker {
  language: Locale;
  maySee: MaySee;
  /** The name of who gave a grant; undefined when it is not for the asker, or not known. */
  nameOf: (giver: string) => string | undefined;
}

/**
 * A decision in sentences: every chain that gives the right, or why not. What decides and what explains is one function; this only words it
 * (ACC-2, C-TEAM-17).
 */
export function explainDecision(
  access: OrganizationAccess,
  question: Question,
  decision: Decision,
  given: ReadonlyMap<string, GivenGrant>,
  asker: Asker,
): Explanation {
  const texts = explanationTexts[asker.language];
  const chains = inOrder(decision.chains).map((chain) => viewChain(access, question, chain, given, asker));
  const sentences = decision.refusal
    ? [texts.refused[decision.refusal]]
    : [texts.allowed, ...chains.map(({ text }) => text), ...(decision.isOwnFilesOnly ? [texts.ownFilesOnly] : [])];
  return {
    isAllowed: decision.allowed,
    isOwnFilesOnly: decision.isOwnFilesOnly,
    chains,
    refusal: decision.refusal,
    at: question.at.toISOString(),
    text: sentences.join(' '),
  };
}

function viewChain(
  access: OrganizationAccess,
  question: Question,
  chain: Chain,
  given: ReadonlyMap<string, GivenGrant>,
  asker: Asker,
): ChainView {
  const texts = explanationTexts[asker.language];
  if (chain.via === 'role') return { via: 'role', role: chain.role, text: texts.role[chain.role] };
  if (chain.via === 'owner') return { via: 'owner', text: texts.owner };
  if (chain.via === 'support')
    return { ...chain, text: [texts.support, texts.endsOn(dateIn(asker.language, chain.endsAt))].join(' ') };
  const source = describeGrant(access, chain, asker.maySee);
  // A grant that was given this very moment may be known here before its row is read.
  const { givenBy, givenAt, reason } = given.get(source.grantId) ?? {
    givenBy: '',
    givenAt: question.at.toISOString(),
    reason: null,
  };
  const how = { on: dateIn(asker.language, givenAt), by: asker.nameOf(givenBy) };
  const name = (teamId: string | undefined): string | undefined =>
    source.teams.find((team) => team.teamId === teamId)?.name;
  const { holder } = source;
  const first = name(chain.teams[0]);
  const sentences = [
    ...(holder.kind === 'account' ? [texts.direct(how)] : []),
    ...(holder.kind === 'organization' ? [texts.organization(how)] : []),
    ...(holder.kind === 'team' ? [texts.team(how, name(holder.teamId))] : []),
    ...(chain.teams.length > 1 && first ? [texts.through(first)] : []),
    ...(isNarrowed(chain) ? [texts.narrowed(chain.gives.join(', '))] : []),
    ...(source.endsAt ? [texts.endsOn(dateIn(asker.language, source.endsAt))] : []),
  ];
  // Who gave something to a team that the asker may not see, and why, is that team's affair.
  const isHidden = holder.kind === 'team' && !asker.maySee(holder.teamId);
  return {
    ...source,
    givenBy: isHidden ? null : givenBy,
    givenAt,
    reason: isHidden ? null : reason,
    text: sentences.join(' '),
  };
}

const tags: Record<Locale, string> = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-GB', es: 'es-ES' };
const dateIn = (language: Locale, instant: string): string =>
  new Intl.DateTimeFormat(tags[language], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(instant));
