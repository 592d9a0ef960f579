import { downloadedServers } from './download.mjs';
import { nats } from './nats.mjs';
import { redis } from './redis.mjs';
import { roadsFrom } from './server-sources.mjs';

/** Starts the download of NATS and Valkey early, beside other work. Whether it succeeded is told when the servers are brought up. */
export async function prefetchServers() {
  try {
    if ([nats, redis].some(takesDownload)) await downloadedServers();
  } catch {
    // The caller goes on with what needs no download.
  }
}

function takesDownload({ name, variable }) {
  const roads = roadsFrom(process.env.CORDEE_SERVERS, name);
  return roads.includes('download') && !(process.env[variable] && roads.includes('env'));
}
