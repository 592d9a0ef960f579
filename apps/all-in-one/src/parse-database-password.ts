/**
 * Returns the password in the database address of a service. Throws if the password is missing, or if the role or
 * database does not belong to the service.
 */
export function parseDatabasePassword(service: string, url: string): string {
  const { username, password, pathname } = new URL(url);
  const role = `cordee_${service}`;
  if (username !== role || pathname !== `/${role}` || !password)
    throw new Error(
      `The configuration is wrong:\n  ${service.toUpperCase()}_DATABASE_URL: ` +
        `must be postgres://${role}:<password>@<host>:5432/${role}`,
    );
  return decodeURIComponent(password);
}
