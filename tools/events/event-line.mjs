import { escapeControls } from './escape-controls.mjs';

/** Formats an event as one line: time, type, entity, organization, actor, sequence. */
export const eventLine = (event) => escapeControls(describeEvent(event));

function describeEvent({ time, type, subject, organizationid = '–', actorid, sequence }) {
  const name = type.replace(/^cordee\./, '').replace(/\.v1$/, '');
  // The widths fit the usual names and ids, so that the columns of several lines are aligned.
  return [
    time,
    name.padEnd(34),
    subject.padEnd(31),
    organizationid.padEnd(31),
    actorid.padEnd(31),
    `#${sequence}`,
  ].join('  ');
}

/** Formats a dead letter as one line. */
export function deadLetterLine({ reason, ...letter }) {
  return escapeControls(`${describeLetter(letter)}: ${reason.split('\n')[0]}`);
}

function describeLetter({ id, createdAt, subject, attempts, event }) {
  const entity = event ? `${event.entity} #${event.sequence}` : 'not an event';
  const count = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return `${id.padStart(6)}  ${createdAt}  ${subject}  ${entity}  ${count}`;
}
