// Rules for docker-compose.yml that the compose schema does not contain. Every rule returns its findings as sentences.

const secretsFolder = '/run/secrets/';
const environmentOf = ({ environment = {} }) => Object.entries(environment);

/**
 * A secret must be passed as a file, be declared, and be granted to the service that uses it. `allowed` lists the
 * secrets that may be in the environment: "<service> <variable>".
 */
export function secretsAreFiles({ services, secrets }, { secretNames, allowed }) {
  return Object.entries(services).flatMap(([service, description]) =>
    environmentOf(description).flatMap(([name, value]) => {
      const variable = name.replace(/_FILE$/, '');
      if (variable === name)
        return secretNames.has(name) && !allowed.includes(`${service} ${name}`)
          ? [`${service}: ${name} is a secret: pass it as a file, ${name}_FILE`]
          : [];
      const secret = String(value).slice(secretsFolder.length);
      if (value !== `${secretsFolder}${secret}` || !secrets[secret])
        return [`${service}: ${name} does not name a secret of this file`];
      return description.secrets?.includes(secret)
        ? []
        : [`${service}: ${name} needs the secret ${secret}, which is not granted to the service`];
    }),
  );
}

/** Every secret must be granted to a service that reads it. */
export function secretsAreUsed({ services, secrets }) {
  const grants = Object.entries(services).flatMap(([service, description]) =>
    (description.secrets ?? []).map((secret) => ({ service, secret, text: JSON.stringify(description) })),
  );
  const unused = grants
    .filter(({ secret, text }) => !text.includes(`${secretsFolder}${secret}`))
    .map(({ service, secret }) => `${service}: the secret ${secret} is not used`);
  const notGranted = Object.keys(secrets)
    .filter((name) => !grants.some(({ secret }) => secret === name))
    .map((name) => `the secret ${name} is granted to no service`);
  return [...unused, ...notGranted];
}

/**
 * The compose file must set every variable that a service reads, and no other variable. `variables` maps each service
 * to the names of its variables. Two lists are exceptions: the image sets the variables `setInImage`, and the variables
 * `notSet` keep their defaults.
 */
export function variablesMatchSchemas({ services }, { variables, setInImage, notSet }) {
  return Object.entries(variables).flatMap(([service, names]) => {
    const setNames = environmentOf(services[service] ?? {}).map(([name]) => name.replace(/_FILE$/, ''));
    if (!services[service]) return [`the service ${service} is missing`];
    return [
      ...names
        .filter((name) => !setNames.includes(name) && !setInImage.includes(name) && !notSet.includes(name))
        .map((name) => `${service}: ${name} is not set`),
      ...setNames
        .filter((name) => !names.includes(name))
        .map((name) => `${service}: the service does not read ${name}`),
    ];
  });
}

/** `.env.example` must list all variables of the compose file, and the compose file must not define defaults. */
export function variablesAreDocumented(text, example) {
  const documented = new Set([...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name));
  const references = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)([^}]*)\}|environment: ([A-Z_]+)/g)];
  // A secret of the compose file names its variable as `environment: NAME`.
  return references.flatMap(([, name, modifier = '', secretVariable]) => [
    ...(documented.has(name ?? secretVariable) ? [] : [`${name ?? secretVariable} is not in .env.example`]),
    ...(modifier.startsWith(':-') || modifier.startsWith('-')
      ? [`${name} has a default: define defaults only in the configuration schemas`]
      : []),
  ]);
}

/** Every image that is built here must have the version of the repository as its tag and in its build argument. */
export function imagesHaveVersion({ services }, version) {
  return Object.entries(services)
    .filter(([, { build }]) => build)
    .filter(([, { build, image }]) => !image.endsWith(`:${version}`) || build.args.VERSION !== version)
    .map(([service]) => `${service}: the image and the build argument VERSION must have the version ${version}`);
}

/** Every service in `depends_on` must exist. A service that must be healthy also needs a health check. */
export function dependenciesExist({ services }) {
  return Object.entries(services).flatMap(([service, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) => {
      if (!services[name]) return [`${service} waits for ${name}, which does not exist`];
      // A service with `build` uses the image of this repository, whose Dockerfile has a health check.
      const isChecked = services[name].healthcheck
        ? !services[name].healthcheck.disable
        : Boolean(services[name].build);
      return condition === 'service_healthy' && !isChecked
        ? [`${service} waits until ${name} is healthy, but ${name} has no health check`]
        : [];
    }),
  );
}

/**
 * A service that is replaced with `--scale` runs in two containers for a moment. Docker refuses a second container with
 * the same port of the host.
 */
export function scaledServicesHaveNoHostPort({ services }, { scaled }) {
  return scaled.flatMap((service) =>
    (services[service]?.ports ?? [])
      .filter((port) => hostPortOf(port) !== '')
      .map(() => `${service}: a port of the host prevents a second container`),
  );
}

/** Returns the port of the host in an entry of `ports`; an empty text when Docker chooses the port. */
function hostPortOf(port) {
  if (typeof port === 'object') return String(port.published ?? '');
  const [, hostPort = ''] = /(?:^|:)([\d-]*):[\d-]+(?:\/\w+)?$/.exec(String(port)) ?? [];
  return hostPort;
}

/** Docker must not kill a process before it has drained. `.env` sets `DRAIN_MS`, so it sets the grace period too. */
export function gracePeriodIsVariable({ services }) {
  return Object.entries(services)
    .filter(([, description]) => environmentOf(description).some(([name]) => name === 'DRAIN_MS'))
    .filter(([, { stop_grace_period }]) => !String(stop_grace_period).includes('${STOP_GRACE_PERIOD'))
    .map(
      ([service]) =>
        `${service}: stop_grace_period must use the variable STOP_GRACE_PERIOD, because DRAIN_MS is a variable`,
    );
}
