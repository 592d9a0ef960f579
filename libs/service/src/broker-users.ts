import { changeSubject } from '@cordee/access/access-change';
import { accessOwners } from '@cordee/contracts/access-lease';
import { mayCall, serviceNames, serviceOf, type Contract } from '@cordee/contracts/contract';
import { CLOCK_MOVED_SUBJECT } from '@cordee/contracts/identity/clock';
import { durableOf, eventSubjectsOf, streamOf } from '@cordee/messaging/bus';
import { HEARTBEAT_SUBJECT } from '@cordee/messaging/process-registry';
import { CREATE_STREAM_SUBJECT } from '@cordee/messaging/stream-request';

/** The subjects that a user of the broker may use; the broker refuses all other subjects. */
export interface BrokerUser {
  readonly name: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export interface BrokerUserSources {
  readonly contracts: readonly Contract[];
  /** The services whose events a service consumes, by service. */
  readonly consumedServices: ReadonlyMap<string, readonly string[]>;
}

const CLOCK_OWNER = 'identity';
/** The subjects of notifications about access data to the processes of a service. */
const changeSubjectsOf = (service: string): string => changeSubject({ service, processId: '*' });
/**
 * The subjects on which a user receives replies (NATS calls them an inbox). Other users cannot subscribe to these
 * subjects.
 */
const replySubjectsOf = (user: string): string => `_INBOX_${user}.>`;

/** The users of the broker: one for each service, one for the creation of streams, and one for each tool. */
export function brokerUsers(sources: BrokerUserSources): BrokerUser[] {
  return [
    ...serviceNames.map((service) => serviceUser(service, sources)),
    streamsUser,
    eventsUser(sources),
    operatorUser,
  ];
}

function serviceUser(service: string, { contracts, consumedServices }: BrokerUserSources): BrokerUser {
  const isGateway = service === 'gateway';
  const ownContracts = contracts.filter((contract) => serviceOf(contract) === service);
  const callers = [...serviceNames, 'events'].filter((caller) =>
    ownContracts.some((contract) => mayCall(caller, contract)),
  );
  const owners: readonly string[] = Object.values(accessOwners);
  return {
    name: service,
    publish: unique([
      ...contracts.filter((contract) => mayCall(service, contract)).map(({ subject }) => subject),
      ...(isGateway ? [] : [eventSubjectsOf(service), `$JS.API.STREAM.INFO.${streamOf(service)}`]),
      ...(consumedServices.get(service) ?? []).flatMap((source) => consumerSubjects(service, source)),
      // Replies to requests, and to the notifications of access data and of the clock.
      ...[...callers, ...owners, CLOCK_OWNER].map(replySubjectsOf),
      HEARTBEAT_SUBJECT,
      CREATE_STREAM_SUBJECT,
      ...(service === CLOCK_OWNER ? [CLOCK_MOVED_SUBJECT] : []),
      ...(owners.includes(service) ? serviceNames.map(changeSubjectsOf) : []),
    ]),
    subscribe: [
      ...(isGateway ? [] : [`rpc.${service}.>`]),
      replySubjectsOf(service),
      changeSubjectsOf(service),
      CLOCK_MOVED_SUBJECT,
      HEARTBEAT_SUBJECT,
    ],
  };
}

/** The user of an internal tool: it reads and acknowledges the events of its durable consumers, and nothing else. */
export const toolUser = (tool: string, sources: readonly string[]): BrokerUser => ({
  name: tool,
  publish: sources.flatMap((source) => consumerSubjects(tool, source)),
  subscribe: [replySubjectsOf(tool)],
});

/** The subjects with which a service or a tool uses its durable consumer, without creating or deleting the consumer. */
const consumerSubjects = (service: string, source: string): string[] => {
  const consumer = `${streamOf(source)}.${durableOf(service, source)}`;
  return [`$JS.API.CONSUMER.INFO.${consumer}`, `$JS.API.CONSUMER.MSG.NEXT.${consumer}`, `$JS.ACK.${consumer}.>`];
};

/**
 * Creates streams and consumers for the services, and lets existing streams store batches (`StreamKeeper`). This user
 * may not delete or read a stream.
 */
const streamsUser: BrokerUser = {
  name: 'streams',
  publish: [
    ...['STREAM.INFO.*', 'STREAM.CREATE.*', 'STREAM.UPDATE.*', 'CONSUMER.CREATE.>'].map(
      (operation) => `$JS.API.${operation}`,
    ),
    ...serviceNames.map(replySubjectsOf),
  ],
  subscribe: [CREATE_STREAM_SUBJECT, replySubjectsOf('streams')],
};

/** The command-line tool `npm run events`: reads events without a consumer, replays dead letters. */
function eventsUser({ contracts }: BrokerUserSources): BrokerUser {
  return {
    name: 'events',
    publish: [
      ...contracts.filter((contract) => mayCall('events', contract)).map(({ subject }) => subject),
      ...['STREAM.LIST', 'STREAM.INFO.*', 'STREAM.MSG.GET.*'].map((operation) => `$JS.API.${operation}`),
    ],
    subscribe: [replySubjectsOf('events')],
  };
}

/** Changes and deletes streams and consumers. No process of Cordée uses this user. */
const operatorUser: BrokerUser = {
  name: 'operator',
  publish: ['$JS.API.>'],
  subscribe: [replySubjectsOf('operator')],
};

const unique = (values: readonly string[]): string[] => [...new Set(values)];
