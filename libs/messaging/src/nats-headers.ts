import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';

/** Converts text headers to NATS headers. */
export function toNatsHeaders(values: Record<string, string>): MsgHdrs {
  const result = natsHeaders();
  for (const [name, value] of Object.entries(values)) result.set(name, value);
  return result;
}

/** Converts NATS headers to text with lower-case names; the first value of a repeated header counts. */
export function fromNatsHeaders(values: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  if (values) for (const [name, [first]] of values) result[name.toLowerCase()] = first ?? '';
  return result;
}
