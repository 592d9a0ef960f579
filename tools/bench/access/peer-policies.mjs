import { loadPeer } from '../harness/peers.mjs';

/** The model of casbin: a `p` line is a grant, and a `g` line is a membership or the parent of a team. */
const MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub)
`;
const NARROWER_RIGHTS = { admin: ['user'] };
const impliedRights = ({ right }) => [right, ...(NARROWER_RIGHTS[right] ?? [])];

/** Returns a check by casbin, with teams as roles. Returns undefined when casbin is not installed. */
export async function openCasbin({
  rows: {
    people: { people },
    grants,
  },
}) {
  const casbin = await loadPeer('casbin');
  if (!casbin) return undefined;
  const accountOf = new Map(people.map(({ accountId, memberId }) => [memberId, accountId]));
  const policy = [
    ...grants.grants.flatMap((grant) =>
      impliedRights(grant).map(
        (right) => `p, ${grant.holder.teamId ?? grant.holder.accountId}, ${grant.object.productId}, ${right}`,
      ),
    ),
    ...grants.memberships.map(({ memberId, teamId }) => `g, ${accountOf.get(memberId)}, ${teamId}`),
    ...grants.teams.filter(({ parentId }) => parentId).map(({ teamId, parentId }) => `g, ${teamId}, ${parentId}`),
  ];
  const enforcer = await casbin.newEnforcer(
    casbin.newModelFromString(MODEL),
    new casbin.StringAdapter([...new Set(policy)].join('\n')),
  );
  return ({ accountId, productId, right }) => enforcer.enforceSync(accountId, productId, right);
}

/** Returns a check by @casl/ability, with abilities built in advance. Returns undefined when the package is missing. */
export async function openCasl({ rows: { people, grants } }) {
  const casl = await loadPeer('@casl/ability');
  if (!casl) return undefined;
  const teams = new Map(grants.teams.map((team) => [team.teamId, team]));
  const abilityOf = new Map(
    people.people.map(({ accountId, memberId }) => {
      const holders = new Set([accountId]);
      for (const { teamId } of grants.memberships.filter((membership) => membership.memberId === memberId)) {
        for (let team = teams.get(teamId); team; team = teams.get(team.parentId)) holders.add(team.teamId);
      }
      const { can, build } = new casl.AbilityBuilder(casl.createMongoAbility);
      const productsByRight = new Map();
      for (const grant of grants.grants.filter(({ holder }) => holders.has(holder.teamId ?? holder.accountId))) {
        for (const right of impliedRights(grant))
          productsByRight.set(right, (productsByRight.get(right) ?? new Set()).add(grant.object.productId));
      }
      for (const [right, products] of productsByRight) can(right, 'Product', { id: { $in: [...products] } });
      return [accountId, build()];
    }),
  );
  return ({ accountId, productId, right }) =>
    abilityOf.get(accountId).can(right, casl.subject('Product', { id: productId }));
}
