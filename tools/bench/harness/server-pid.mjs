import { readState } from '../../infra/state.mjs';

/** Returns the pid of a server that this profile has started; undefined for a server at a configured address. */
export const serverPid = (folder, server) => readState(folder).servers[server]?.process?.pid;
