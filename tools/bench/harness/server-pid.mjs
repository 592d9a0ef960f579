import { readState } from '../../infra/state.mjs';

/** Returns the pid of a server of this profile. Returns undefined when the server runs at a configured address. */
export const serverPid = (folder, server) => readState(folder).servers[server]?.process?.pid;
