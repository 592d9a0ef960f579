import { downloadNewerNats, downloadServers } from './download.mjs';
import { nats } from './nats.mjs';
import { redis } from './redis.mjs';
import { serverSources } from './server-sources.mjs';

/** Downloads NATS and Valkey early, while other steps run. `bringUp` reports a failure of the download. */
export async function prefetchServers() {
  try {
    await Promise.allSettled([
      [nats, redis].some(usesDownload) && downloadServers(),
      usesDownload(nats) && downloadNewerNats(),
    ]);
  } catch {
    // `bringUp` reports the failure, also of the downloads.
  }
}

function usesDownload({ name, variable }) {
  const sources = serverSources(process.env.CORDEE_SERVERS, name);
  return sources.includes('download') && !(process.env[variable] && sources.includes('env'));
}
