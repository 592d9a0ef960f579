import { compareSchemas } from './compare-schemas.mjs';
import { within } from './pointers.mjs';

/** Services of different versions run at the same time, and a service refuses values that its schema does not have. */
const readers = 'strict';

/** Compares the events. Returns the changes that break consumers, each with the subject of the event. */
export const compareEvents = (before, after) =>
  compareBySubject(before, after, (earlier, later, pointer) => [
    ...(earlier.entity === later.entity
      ? []
      : [{ pointer: within(pointer, 'entity'), sentence: 'the events are ordered by another field now' }]),
    ...compareSchemas(earlier.data, later.data, within(pointer, 'data'), contextOf('output', earlier.data, later.data)),
  ]);

/** Compares the calls between services. Returns the changes that break callers, each with the subject of the call. */
export const compareCalls = (before, after) =>
  compareBySubject(before, after, (earlier, later, pointer) => [
    ...['input', 'output'].flatMap((side) =>
      compareSchemas(earlier[side], later[side], within(pointer, side), contextOf(side, earlier[side], later[side])),
    ),
    ...earlier.errors
      .filter((code) => !later.errors.includes(code))
      .map((code) => ({ pointer: within(pointer, 'errors'), sentence: `the call no longer answers ${code}` })),
    ...earlier.callers
      .filter((caller) => !later.callers.includes(caller))
      .map((caller) => ({ pointer: within(pointer, 'callers'), sentence: `the broker refuses ${caller} now` })),
  ]);

/** The schemas of messages contain the schemas that they refer to. */
const contextOf = (side, before, after) => ({ side, readers, before, after });

function compareBySubject(before, after, compare) {
  return Object.entries(before).flatMap(([subject, earlier]) => {
    const pointer = within('', subject);
    const later = after[subject];
    const problems = later ? compare(earlier, later, pointer) : [{ pointer, sentence: 'the message no longer exists' }];
    return problems.map((problem) => ({ owner: subject, ...problem }));
  });
}
