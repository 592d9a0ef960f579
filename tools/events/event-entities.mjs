/** Returns the entity types of each service that publishes events, from the contracts. */
export async function readEventEntities() {
  const { events } = await import('@cordee/contracts/catalogue');
  const entitiesByService = new Map();
  for (const { subject } of events.values()) {
    const [, service, entity] = subject.split('.');
    entitiesByService.set(service, (entitiesByService.get(service) ?? new Set()).add(entity));
  }
  return entitiesByService;
}
