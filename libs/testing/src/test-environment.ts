/** Addresses of the real servers that `npm test` brings up; a test without them fails with what to do. */
export function serverUrl(name: 'DATABASE_ADMIN_URL' | 'NATS_URL' | 'REDIS_URL'): string {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: run the tests with "npm test", or bring the servers up with "npm run infra:up"`);
  return url;
}
