import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';

/** Text headers as NATS sends them. */
export function toNats(values: Record<string, string>): MsgHdrs {
  const result = natsHeaders();
  for (const [name, value] of Object.entries(values)) result.set(name, value);
  return result;
}

/** NATS headers as text with lower-case names; of a repeated header the first value counts. */
export function fromNats(values: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  if (values) for (const [name, [first]] of values) result[name.toLowerCase()] = first ?? '';
  return result;
}
