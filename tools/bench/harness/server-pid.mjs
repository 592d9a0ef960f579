import { readState } from '../../infra/state.mjs';

/**
 * Returns the pid of a server whose state is in `folder`, the folder of an infra profile. Returns undefined when the
 * server runs at a configured address.
 */
export const serverPid = (folder, server) => readState(folder).servers[server]?.process?.pid;
