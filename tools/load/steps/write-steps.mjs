/** The flags that a member gets in turn. Both sets have `billing.view`, because other steps read documents. */
const flagSets = [['billing.view'], ['billing.view', 'productEvents']];
/** A run keeps at most this many created teams for deletion. */
const MAX_REMEMBERED = 1_000;

export const createTeam = ({ random, organizations, nextName, state }) => {
  const organization = random.pick(organizations);
  const accountIds = [random.pick(organization.people).accountId];
  return {
    method: 'POST',
    path: `${organization.path}/teams`,
    person: random.pick(organization.managers),
    body: { name: nextName('Team'), colour: 'blue', accountIds },
    hasIdempotencyKey: true,
    onAnswer: ({ id }) => {
      state.teams ??= [];
      if (state.teams.length < MAX_REMEMBERED) state.teams.push({ organization, id });
    },
  };
};

/** Deletes a team that this run has created, so that organizations do not grow without limit. */
export const deleteTeam = ({ random, state }) => {
  const team = state.teams?.shift();
  if (!team) return undefined;
  const { organization, id } = team;
  return { method: 'DELETE', path: `${organization.path}/teams/${id}`, person: random.pick(organization.managers) };
};

export const changeMember = ({ random, organizations, state }) => {
  const organization = random.pick(organizations);
  // The first person is the owner, whom the step does not change.
  const person = random.pick(organization.people.slice(1));
  if (!person) return undefined;
  state.changes = (state.changes ?? 0) + 1;
  return {
    method: 'PATCH',
    path: `${organization.path}/members/${person.memberId}`,
    person: organization.owner,
    body: { flags: flagSets[state.changes % flagSets.length] },
  };
};
