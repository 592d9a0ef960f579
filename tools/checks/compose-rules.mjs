// What the schema of compose files cannot know of ours. Every rule answers findings, a sentence each.

const secretsFolder = '/run/secrets/';
const environmentOf = ({ environment = {} }) => Object.entries(environment);

/** A secret is a file in the container, declared, and given to the service that names it. */
export function secretsAreFiles({ services, secrets }, { secretNames, allowed }) {
  return Object.entries(services).flatMap(([service, description]) =>
    environmentOf(description).flatMap(([name, value]) => {
      const bare = name.replace(/_FILE$/, '');
      if (bare === name)
        return secretNames.has(name) && !allowed.includes(`${service} ${name}`)
          ? [`${service}: ${name} is a secret: hand over a file, ${name}_FILE`]
          : [];
      const secret = String(value).slice(secretsFolder.length);
      if (value !== `${secretsFolder}${secret}` || !secrets[secret])
        return [`${service}: ${name} names no secret of this file`];
      return description.secrets?.includes(secret)
        ? []
        : [`${service}: ${name} needs the secret ${secret}, which it is not given`];
    }),
  );
}

/** Nothing is given that nobody reads. */
export function secretsAreUsed({ services, secrets }) {
  const given = Object.entries(services).flatMap(([service, description]) =>
    (description.secrets ?? []).map((secret) => ({ service, secret, text: JSON.stringify(description) })),
  );
  const idle = given
    .filter(({ secret, text }) => !text.includes(`${secretsFolder}${secret}`))
    .map(({ service, secret }) => `${service}: the secret ${secret} is used by nothing`);
  const orphans = Object.keys(secrets)
    .filter((name) => !given.some(({ secret }) => secret === name))
    .map((name) => `the secret ${name} is given to nobody`);
  return [...idle, ...orphans];
}

/** Every variable of a service can be set, and nothing is set that it does not read. `variables` maps services to names. */
export function variablesAreThose({ services }, { variables, ofTheImage, elsewhere }) {
  return Object.entries(variables).flatMap(([service, names]) => {
    const set = environmentOf(services[service] ?? {}).map(([name]) => name.replace(/_FILE$/, ''));
    if (!services[service]) return [`${service} is missing`];
    return [
      ...names
        .filter((name) => !set.includes(name) && !ofTheImage.includes(name) && !elsewhere.includes(name))
        .map((name) => `${service}: ${name} cannot be set`),
      ...set.filter((name) => !names.includes(name)).map((name) => `${service}: ${name} is read by nothing`),
    ];
  });
}

/** `.env.example` tells what the file asks for, and nothing has a default that stands in for a password. */
export function variablesAreTold(text, example) {
  const told = new Set([...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name));
  const asked = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)([^}]*)\}|environment: ([A-Z_]+)/g)];
  return asked.flatMap(([, name, rest = '', secret]) => [
    ...(told.has(name ?? secret) ? [] : [`${name ?? secret} is not in .env.example`]),
    ...(rest.startsWith(':-') || rest.startsWith('-')
      ? [`${name} has a default here: defaults are in the configurations`]
      : []),
  ]);
}

export function dependenciesExist({ services }) {
  return Object.entries(services).flatMap(([service, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) => {
      if (!services[name]) return [`${service} waits for ${name}, which is no service`];
      const isChecked = services[name].healthcheck
        ? !services[name].healthcheck.disable
        : Boolean(services[name].build);
      return condition === 'service_healthy' && !isChecked
        ? [`${service} waits until ${name} is healthy, which nothing checks`]
        : [];
    }),
  );
}
