/**
 * The operations on streams and consumers that the users of services and tools can reach; the permissions of each user
 * are narrower. The broker publishes its reply to any subject that a request names, so an operation that deletes
 * something must not be in this list.
 */
const reachableOperations = [
  'STREAM.INFO.*',
  'STREAM.LIST',
  'STREAM.CREATE.*',
  'STREAM.UPDATE.*',
  'STREAM.MSG.GET.*',
  'CONSUMER.CREATE.>',
  'CONSUMER.INFO.>',
  'CONSUMER.MSG.NEXT.>',
];
/** The user in the account of the streams. All other users are in the account of the services. */
const OPERATOR = 'operator';
const STREAM_API = '$JS.API.';
/** The subjects of the API of streams in the account of the services, whose clients use the ordinary subjects. */
const REACHABLE_STREAM_API = '$JS.streams.API.';

/** Returns tools/infra/nats-users.conf: the users of the broker in the format of nats-server. */
export function natsUsers(users) {
  const withVariable = (user) => userWithPassword(user, `$${natsPasswordVariable(user.name)}`);
  return `# Users of the broker with their permissions, generated from contracts and services: npm run documents.
# Passwords come from the environment of nats-server.
accounts {
  SERVICES {
    users = [
${users
  .filter(({ name }) => name !== OPERATOR)
  .map(withVariable)
  .join('\n')}
    ]
    # A reply to the subject of an operation that is not imported has no effect.
    mappings { "${STREAM_API}>": "${REACHABLE_STREAM_API}>" }
    imports = [
${reachableOperations
  .map(
    (operation) =>
      `      { service: { account: STREAMS, subject: "${STREAM_API}${operation}" }, ` +
      `to: "${REACHABLE_STREAM_API}${operation}" }`,
  )
  .join('\n')}
      { service: { account: STREAMS, subject: "$JS.ACK.>" } }
      { service: { account: STREAMS, subject: "evt.>" } }
    ]
  }
  STREAMS {
    jetstream: enabled
    users = [
${users
  .filter(({ name }) => name === OPERATOR)
  .map(withVariable)
  .join('\n')}
    ]
    exports = [
${reachableOperations
  .map(
    (operation) =>
      `      { service: "${STREAM_API}${operation}"${operation.includes('MSG.NEXT') ? ', response: stream' : ''} }`,
  )
  .join('\n')}
      { service: "$JS.ACK.>" }
      { service: "evt.>" }
    ]
  }
}
`;
}

const importOfAll = `{ service: { account: STREAMS, subject: "${STREAM_API}>" }, to: "${REACHABLE_STREAM_API}>" }`;

/**
 * Returns the users for a local broker, where the developer may delete streams: all operations are reachable.
 */
export const withAllOperations = (configuration) =>
  configuration
    .replace(/^ *\{ service: \{ account: STREAMS, subject: "\$JS\.API\..*\n/gm, '')
    .replace(/^ *\{ service: "\$JS\.API\..*\n/gm, '')
    .replace('imports = [', () => `imports = [\n      ${importOfAll}`)
    .replace('exports = [', () => `exports = [\n      { service: "${STREAM_API}>", response: stream }`);

/** Returns the name of the variable with the password of a user of the broker. */
export const natsPasswordVariable = (user) => `${user.toUpperCase()}_NATS_PASSWORD`;

/** Returns a user of the broker in the format of nats-server. */
export const natsUser = (user, password) => userWithPassword(user, JSON.stringify(password));

const userWithPassword = (user, passwordOrVariable) => `    {
      user: ${user.name}
      password: ${passwordOrVariable}
${natsUserPermissions(user)}
    }`;

/** Returns the permissions of a user of the broker in the format of nats-server. */
export const natsUserPermissions = ({ name, publish, subscribe }) => `      permissions {
        publish { allow: [${natsList(name === OPERATOR ? publish : publish.map(toReachableSubject))}] }
        subscribe { allow: [${natsList(subscribe)}] }
      }`;

/** The broker maps a subject before it checks the permission. */
const toReachableSubject = (subject) =>
  subject.startsWith(STREAM_API) ? REACHABLE_STREAM_API + subject.slice(STREAM_API.length) : subject;

const natsList = (subjects) => `\n${subjects.map((subject) => `          "${subject}"`).join('\n')}\n        `;

/** Returns docs/nats-permissions.md. */
export function natsPermissions(users, warehouse) {
  return `# NATS permissions

Generated from the callers in the contracts and the events that services consume (\`npm run documents\`). Each
service and each tool of the operator has its own user of the broker, which may use only these subjects; the broker
refuses all others. \`tools/infra/nats-users.conf\` has the same users for nats-server.

- A service answers \`rpc.<service>.>\` and publishes \`evt.<service>.>\`. It may call only the contracts that
  declare it as a caller, and may read only its own inbox. It may reply only to the inboxes of its callers.
- A service uses its stream, and its durable consumer on each stream that it reads. A service may neither create, change
  nor delete streams and consumers: a stream could store or publish messages of any subject. A service asks for missing
  streams and consumers on \`sync.stream.create\`.
- \`streams\` creates missing streams and consumers, and lets existing streams store batches; only identity has its
  password. Only \`operator\` may delete streams and consumers.
- The streams are in an account of their own (\`STREAMS\`), with the user \`operator\`. The other users are in the
  account \`SERVICES\`, which reaches only the operations on streams that the configuration imports: no operation that
  deletes. The broker does not check the reply subject of a request; with two accounts, a reply to the subject of
  another operation reaches no stream. Clients use the subjects below; the broker maps \`$JS.API.>\` to
  \`$JS.streams.API.>\` before it checks permissions, so the configuration contains the mapped subjects.
- \`events\` (\`npm run events\`) reads stored events one by one, without a consumer, and lists and replays dead
  letters.

## Internal tools

A tool that consumes events gets its own user, with a durable consumer for each stream. \`npm run events -- subscribe\`
creates the consumer and prints the user; the tool can read and acknowledge its events, and nothing else. For the tool
\`warehouse\` and the stream \`EVT_BILLING\`:

${subjectTable(warehouse)}
${users.map(section).join('')}`;
}

const subjectTable = ({ publish, subscribe }) => `| | subjects |
|---|---|
| publish | ${publish.map((subject) => `\`${subject}\``).join('<br>')} |
| subscribe | ${subscribe.map((subject) => `\`${subject}\``).join('<br>')} |`;

const section = (user) => `
## ${user.name}

${subjectTable(user)}
`;
