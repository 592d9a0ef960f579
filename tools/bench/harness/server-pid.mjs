import { readState } from '../../infra/state.mjs';

/** The process of a server that this profile has started; undefined when it was given by its address. */
export const serverPid = (folder, server) => readState(folder).servers[server]?.process?.pid;
