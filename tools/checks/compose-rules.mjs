// Rules for docker-compose.yml beyond the compose schema. Every rule returns findings, one sentence each.

const secretsFolder = '/run/secrets/';
const environmentOf = ({ environment = {} }) => Object.entries(environment);

/** A secret must be passed as a file, be declared, and be granted to the service that uses it. */
export function secretsAreFiles({ services, secrets }, { secretNames, allowed }) {
  return Object.entries(services).flatMap(([service, description]) =>
    environmentOf(description).flatMap(([name, value]) => {
      const bare = name.replace(/_FILE$/, '');
      if (bare === name)
        return secretNames.has(name) && !allowed.includes(`${service} ${name}`)
          ? [`${service}: ${name} is a secret: pass it as a file, ${name}_FILE`]
          : [];
      const secret = String(value).slice(secretsFolder.length);
      if (value !== `${secretsFolder}${secret}` || !secrets[secret])
        return [`${service}: ${name} refers to no secret of this file`];
      return description.secrets?.includes(secret)
        ? []
        : [`${service}: ${name} needs the secret ${secret}, which is not granted to the service`];
    }),
  );
}

/** Every secret must be granted to a service that reads it. */
export function secretsAreUsed({ services, secrets }) {
  const granted = Object.entries(services).flatMap(([service, description]) =>
    (description.secrets ?? []).map((secret) => ({ service, secret, text: JSON.stringify(description) })),
  );
  const unused = granted
    .filter(({ secret, text }) => !text.includes(`${secretsFolder}${secret}`))
    .map(({ service, secret }) => `${service}: the secret ${secret} is not used`);
  const notGranted = Object.keys(secrets)
    .filter((name) => !granted.some(({ secret }) => secret === name))
    .map((name) => `the secret ${name} is granted to no service`);
  return [...unused, ...notGranted];
}

/**
 * A service must be passed every variable that it reads, and no other. `variables` maps services to variable names;
 * the image sets `setInImage`, and `notSet` keep their defaults.
 */
export function variablesMatchSchemas({ services }, { variables, setInImage, notSet }) {
  return Object.entries(variables).flatMap(([service, names]) => {
    const set = environmentOf(services[service] ?? {}).map(([name]) => name.replace(/_FILE$/, ''));
    if (!services[service]) return [`${service} is missing`];
    return [
      ...names
        .filter((name) => !set.includes(name) && !setInImage.includes(name) && !notSet.includes(name))
        .map((name) => `${service}: ${name} cannot be set`),
      ...set.filter((name) => !names.includes(name)).map((name) => `${service}: ${name} is not read by the service`),
    ];
  });
}

/** `.env.example` must list all variables of the compose file, and the compose file must not define defaults. */
export function variablesAreDocumented(text, example) {
  const documented = new Set([...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name));
  const used = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)([^}]*)\}|environment: ([A-Z_]+)/g)];
  return used.flatMap(([, name, rest = '', secret]) => [
    ...(documented.has(name ?? secret) ? [] : [`${name ?? secret} is not in .env.example`]),
    ...(rest.startsWith(':-') || rest.startsWith('-')
      ? [`${name} has a default here: defaults belong into the configuration schemas`]
      : []),
  ]);
}

export function dependenciesExist({ services }) {
  return Object.entries(services).flatMap(([service, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) => {
      if (!services[name]) return [`${service} waits for ${name}, which does not exist`];
      const isChecked = services[name].healthcheck
        ? !services[name].healthcheck.disable
        : Boolean(services[name].build);
      return condition === 'service_healthy' && !isChecked
        ? [`${service} waits until ${name} is healthy, but ${name} has no health check`]
        : [];
    }),
  );
}
