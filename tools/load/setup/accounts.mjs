import { StepFailure } from '../../run/step-failure.mjs';
import { tokenFromMail } from './mail-page.mjs';

/** Password of all accounts that the set-up creates. */
const PASSWORD = 'a load, a ramp and a plateau';

/** Returns the role of a person who is not the owner. Administrators may do what the owner may do. */
const roleOf = (index) => (index % 2 === 1 ? 'administrator' : 'collaborator');

/** Signs up a person with a new organization, confirms the address and signs in. */
export async function signUpOwner(context, { email, name }) {
  const { organizationId } = await signUp(context, { email, password: PASSWORD, name });
  return { organizationId, owner: await signInPerson(context, { email, name, role: 'legal_representative' }) };
}

/** Creates an organization for the existing account of --email, so that no mail is needed. */
export async function createOrganization({ api, keeper, options }, { name }) {
  const { email, password } = options;
  const session = keeper.add(await api.post('/v1/sessions', { email, password }), { email, password });
  const { id } = await api.post('/v1/organizations', { name, locale: 'en' }, session.accessToken);
  const role = 'legal_representative';
  return {
    organizationId: id,
    owner: { email, password, name, role, isManager: true, accountId: session.accountId, session },
  };
}

/** Invites a person by mail, accepts the invitation and signs in. */
export async function invitePerson(context, { organizationId, owner }, { index, email, name }) {
  const role = roleOf(index);
  await context.api.post(
    `/v1/organizations/${organizationId}/invitations`,
    { email, role, flags: ['billing.view'] },
    owner.session.accessToken,
  );
  const token = await tokenFromMail(context.options.mail, email);
  await context.api.post('/v1/invitations/accept', { token, name, password: PASSWORD });
  return signInPerson(context, { email, name, role });
}

/** Signs in the staff account. Signs up the account first if it does not exist, as `npm start` does. */
export async function signInStaff(context) {
  const { email, password } = context.options;
  const signIn = () => context.api.post('/v1/sessions', { email, password });
  try {
    return context.keeper.add(await signIn());
  } catch (error) {
    if (error.code !== 'SIGN_IN_FAILED' || context.options.mail === undefined) throw error;
    context.progress(`${email} cannot sign in and is signed up`);
    try {
      await signUp(context, { email, password, name: 'Staff Desk' });
    } catch (cause) {
      throw new StepFailure(
        `${email} cannot sign in with the password of --password, and cannot be signed up (${cause.message}). Give a ` +
          'staff account with --email and --password.',
      );
    }
    return context.keeper.add(await signIn());
  }
}

async function signUp({ api, options }, person) {
  await api.post('/v1/sign-ups', { ...person, locale: 'en', country: 'CH', currency: 'CHF' });
  const token = await tokenFromMail(options.mail, person.email);
  return api.post('/v1/sign-ups/confirm', { token, password: person.password });
}

async function signInPerson({ api, keeper }, { email, name, role }) {
  const credentials = { email, password: PASSWORD };
  const tokens = await api.post('/v1/sessions', credentials);
  // Only owners change members, which requires a recent sign-in.
  const session = keeper.add(tokens, role === 'legal_representative' ? credentials : undefined);
  const isManager = role !== 'collaborator';
  return { email, password: PASSWORD, name, role, isManager, accountId: session.accountId, session };
}
