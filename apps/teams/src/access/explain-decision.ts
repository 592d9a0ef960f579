import type { Chain, Decision, Question } from '@cordee/access/decide-access';
import { isNarrowed } from '@cordee/access/held-grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Output } from '@cordee/contracts/contract';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Locale } from '@cordee/contracts/values';
import { describeGrant, sortChains, type CanSeeTeam } from './describe-sources.ts';
import { explanationTexts } from './explanation-texts.ts';
import type { GrantAttribution } from './select-grant-attributions.ts';

export type Explanation = Output<typeof explainAccess>;
type ChainView = Explanation['chains'][number];

/** The language of the caller, and the teams and names that the caller may see. */
export interface Viewer {
  language: Locale;
  canSeeTeam: CanSeeTeam;
  /** The name of the giver; undefined when the name is unknown or the caller may not see it. */
  nameOf: (giver: string) => string | undefined;
}

/** A chain of a decision, with the description of its grant. */
export type DescribedChain =
  | { chain: Extract<Chain, { via: 'grant' }>; source: ReturnType<typeof describeGrant> }
  | { chain: Exclude<Chain, { via: 'grant' }>; source?: undefined };

/**
 * Describes the chains of a decision, sorted. Call this function before the next `await`: during an `await`, the access
 * cache may change and lose the holder of a grant.
 */
export const describeChains = (
  access: OrganizationAccess,
  decision: Decision,
  canSeeTeam: CanSeeTeam,
): DescribedChain[] =>
  sortChains(decision.chains).map((chain) =>
    chain.via === 'grant' ? { chain, source: describeGrant(access, chain, canSeeTeam) } : { chain },
  );

/**
 * Explains a decision in sentences: every chain that gives the right, or the reason of the denial. The decision itself
 * comes from `decide` (ACC-2).
 */
export function explainDecision(
  question: Question,
  decision: Decision,
  describedChains: readonly DescribedChain[],
  attributions: ReadonlyMap<string, GrantAttribution>,
  viewer: Viewer,
): Explanation {
  const texts = explanationTexts[viewer.language];
  const chains = describedChains.map((described) => viewChain(question, described, attributions, viewer));
  const sentences = decision.refusal
    ? [texts.denied[decision.refusal]]
    : [texts.allowed, ...chains.map(({ text }) => text), ...(decision.isOwnFilesOnly ? [texts.ownFilesOnly] : [])];
  return {
    isAllowed: decision.isAllowed,
    isOwnFilesOnly: decision.isOwnFilesOnly,
    chains,
    refusal: decision.refusal,
    at: question.at.toISOString(),
    text: sentences.join(' '),
  };
}

function viewChain(
  question: Question,
  described: DescribedChain,
  attributions: ReadonlyMap<string, GrantAttribution>,
  viewer: Viewer,
): ChainView {
  const texts = explanationTexts[viewer.language];
  if (!described.source) return viewChainWithoutGrant(described.chain, viewer.language);
  const { chain, source } = described;
  // The access cache may contain a new grant whose row is not yet visible to this query: the giver is then unknown.
  const { givenBy, givenAt, reason } = attributions.get(source.grantId) ?? {
    givenBy: null,
    givenAt: question.at.toISOString(),
    reason: null,
  };
  const grantDetails = {
    date: formatDate(viewer.language, givenAt),
    giver: givenBy === null ? undefined : viewer.nameOf(givenBy),
  };
  const teamNameOf = (teamId: string | undefined): string | undefined =>
    source.teams.find((team) => team.teamId === teamId)?.name;
  const { holder } = source;
  const firstTeamName = teamNameOf(chain.teams[0]);
  const sentences = [
    ...(holder.kind === 'account' ? [texts.direct(grantDetails)] : []),
    ...(holder.kind === 'organization' ? [texts.organization(grantDetails)] : []),
    ...(holder.kind === 'team' ? [texts.team(grantDetails, teamNameOf(holder.teamId))] : []),
    ...(chain.teams.length > 1 && firstTeamName ? [texts.through(firstTeamName)] : []),
    ...(isNarrowed(chain) ? [texts.narrowed(chain.givenRights.join(', '))] : []),
    ...(source.endsAt ? [texts.endsOn(formatDate(viewer.language, source.endsAt))] : []),
  ];
  // The giver and the reason of a grant to a hidden team are hidden as well.
  const isHidden = holder.kind === 'team' && !viewer.canSeeTeam(holder.teamId);
  return {
    ...source,
    givenBy: isHidden ? null : givenBy,
    givenAt,
    reason: isHidden ? null : reason,
    text: sentences.join(' '),
  };
}

function viewChainWithoutGrant(chain: Exclude<Chain, { via: 'grant' }>, language: Locale): ChainView {
  const texts = explanationTexts[language];
  if (chain.via === 'role') return { via: 'role', role: chain.role, text: texts.role[chain.role] };
  if (chain.via === 'owner') return { via: 'owner', text: texts.owner };
  return { ...chain, text: texts.support(formatDate(language, chain.endsAt)) };
}

const languageTags: Record<Locale, string> = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-GB', es: 'es-ES' };
const formatDate = (language: Locale, instant: string): string =>
  new Intl.DateTimeFormat(languageTags[language], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(instant));
