/** The password in a service's own database address; throws where the address is not that of the service. */
export function givenPassword(service: string, url: string): string {
  const { username, password, pathname } = new URL(url);
  const role = `cordee_${service}`;
  if (username !== role || pathname !== `/${role}` || !password)
    throw new Error(
      `The configuration is wrong:\n  ${service.toUpperCase()}_DATABASE_URL: has to be postgres://${role}:<password>@<host>:5432/${role}`,
    );
  return decodeURIComponent(password);
}
