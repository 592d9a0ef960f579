/** Returns tools/infra/nats-users.conf: the users of the broker in the format of nats-server. */
export function natsUsers(users) {
  return `# Users of the broker with their permissions, generated from contracts and services: npm run documents.
# Passwords come from the environment of nats-server.
authorization {
  users = [
${users.map((user) => userWithPassword(user, `$${natsPasswordVariable(user.name)}`)).join('\n')}
  ]
}
`;
}

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
export const natsUserPermissions = ({ publish, subscribe }) => `      permissions {
        publish { allow: [${natsList(publish)}] }
        subscribe { allow: [${natsList(subscribe)}] }
      }`;

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
