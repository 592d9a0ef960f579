import { isNarrowed, type Chain, type Decision, type Question } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Output } from '@cordee/contracts/contract';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Locale } from '@cordee/contracts/values';
import { describeGrant, sortChains, type MaySee } from './describe-sources.ts';
import { explanationTexts } from './explanation-texts.ts';
import type { GrantAttribution } from './select-grant-attributions.ts';

export type Explanation = Output<typeof explainAccess>;
type ChainView = Explanation['chains'][number];

/** The visibility of an explanation for the caller. */
export interface Viewer {
  language: Locale;
  maySee: MaySee;
  /** The name of the giver; undefined when the caller may not see it or it is unknown. */
  nameOf: (giver: string) => string | undefined;
}

/**
 * Explains a decision in sentences: every chain that gives the right, or the reason of the denial. The decision itself
 * comes from `decide` (ACC-2, C-TEAM-17).
 */
export function explainDecision(
  access: OrganizationAccess,
  question: Question,
  decision: Decision,
  attributions: ReadonlyMap<string, GrantAttribution>,
  viewer: Viewer,
): Explanation {
  const texts = explanationTexts[viewer.language];
  const chains = sortChains(decision.chains).map((chain) => viewChain(access, question, chain, attributions, viewer));
  const sentences = decision.refusal
    ? [texts.denied[decision.refusal]]
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
  attributions: ReadonlyMap<string, GrantAttribution>,
  viewer: Viewer,
): ChainView {
  const texts = explanationTexts[viewer.language];
  if (chain.via === 'role') return { via: 'role', role: chain.role, text: texts.role[chain.role] };
  if (chain.via === 'owner') return { via: 'owner', text: texts.owner };
  if (chain.via === 'support')
    return { ...chain, text: [texts.support, texts.endsOn(dateIn(viewer.language, chain.endsAt))].join(' ') };
  const source = describeGrant(access, chain, viewer.maySee);
  // The access cache can have a new grant before its row is visible to this query.
  const { givenBy, givenAt, reason } = attributions.get(source.grantId) ?? {
    givenBy: '',
    givenAt: question.at.toISOString(),
    reason: null,
  };
  const details = { on: dateIn(viewer.language, givenAt), by: viewer.nameOf(givenBy) };
  const name = (teamId: string | undefined): string | undefined =>
    source.teams.find((team) => team.teamId === teamId)?.name;
  const { holder } = source;
  const first = name(chain.teams[0]);
  const sentences = [
    ...(holder.kind === 'account' ? [texts.direct(details)] : []),
    ...(holder.kind === 'organization' ? [texts.organization(details)] : []),
    ...(holder.kind === 'team' ? [texts.team(details, name(holder.teamId))] : []),
    ...(chain.teams.length > 1 && first ? [texts.through(first)] : []),
    ...(isNarrowed(chain) ? [texts.narrowed(chain.gives.join(', '))] : []),
    ...(source.endsAt ? [texts.endsOn(dateIn(viewer.language, source.endsAt))] : []),
  ];
  // The giver and the reason of a grant to a hidden team are hidden as well.
  const isHidden = holder.kind === 'team' && !viewer.maySee(holder.teamId);
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
