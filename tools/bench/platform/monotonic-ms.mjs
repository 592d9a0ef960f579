const NS_PER_MS = 1e6;

/** Returns milliseconds of a clock that all processes of the machine share. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / NS_PER_MS;
