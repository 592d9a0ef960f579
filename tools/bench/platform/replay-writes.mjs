import { toId, toUuid } from '@cordee/contracts/id';
import pg from 'pg';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ID = /\b[a-z]{3,4}_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;

/**
 * A replay adds its number to the captured numbers. The captured numbers of different calls differ by less than this
 * step, so two replays never write the same number.
 */
export const REPLAY_STEP = 1_000;

/**
 * Returns the statements of one replay of captured changes. Each replay has new ids, names and numbers where the rows
 * must be unique. `replayNumber` is another number for each replay; `isNewId` decides which ids the call has created.
 */
export function replayOf(changes, replayNumber, isNewId) {
  const fresh = freshValues(isNewId);
  return changes.map((change) => (change.before ? updateOf(change, fresh) : insertOf(change, fresh, replayNumber)));
}

function insertOf({ table, columns, generated, numbers, unique, row }, fresh, replayNumber) {
  const written = columns.filter((column) => !generated.includes(column));
  const valueOf = (column) => {
    const value = row[column];
    if (value === null || value === undefined) return null;
    if (!unique.includes(column)) return fresh(value);
    if (numbers.includes(column)) return String(BigInt(value) + BigInt(replayNumber));
    const changed = fresh(value);
    // A unique text without an id, for example a number of a document, gets another number.
    return changed === value && !KEPT_TEXT.test(value) ? withNumber(value, replayNumber) : changed;
  };
  const placeholders = written.map((_, index) => `$${index + 1}`).join(', ');
  const columnList = written.map((column) => pg.escapeIdentifier(column)).join(', ');
  return prepared(
    `insert into ${pg.escapeIdentifier(table)} (${columnList}) values (${placeholders})`,
    written.map(valueOf),
  );
}

/** Unique texts that stay as they are: UUIDs, dates, names with dots such as `evt.teams.team.created.v1`, and ids. */
const KEPT_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-|^\d{4}-\d\d-\d\d|^[a-z_]+(\.[a-z_0-9]+)+$|_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Adds a number to the last digits of a text. Appends the number to a text without digits. */
export function withNumber(text, number) {
  const digits = /\d+(?=\D*$)/.exec(text)?.[0];
  if (!digits) return `${text} ${number}`;
  const start = text.lastIndexOf(digits);
  const replacement = String(BigInt(digits) + BigInt(number)).padStart(digits.length, '0');
  return text.slice(0, start) + replacement + text.slice(start + digits.length);
}

function updateOf({ table, columns, generated, numbers, key, row, before }, fresh) {
  const values = [];
  const parameter = (value) => `$${values.push(value)}`;
  const changed = columns.filter((column) => row[column] !== before[column] && !key.includes(column));
  const assignments = changed.map((column) => {
    const name = pg.escapeIdentifier(column);
    // A counter grows by the same amount.
    if (numbers.includes(column) && before[column] !== null && row[column] !== null)
      return `${name} = ${name} + ${parameter(String(BigInt(row[column]) - BigInt(before[column])))}`;
    return `${name} = ${parameter(row[column] === null ? null : fresh(row[column]))}`;
  });
  // A row whose key is generated is found by its former values, for example the current row of a history.
  const found = key.some((column) => generated.includes(column))
    ? [...key.filter((column) => !generated.includes(column)), ...changed]
    : key;
  const conditions = found.map((column) =>
    before[column] === null
      ? `${pg.escapeIdentifier(column)} is null`
      : `${pg.escapeIdentifier(column)} = ${parameter(before[column])}`,
  );
  return prepared(
    `update ${pg.escapeIdentifier(table)} set ${assignments.join(', ')} where ${conditions.join(' and ')}`,
    values,
  );
}

/** The names of the prepared statements by text. */
const statementNames = new Map();

function prepared(text, values) {
  if (!statementNames.has(text)) statementNames.set(text, `statement ${statementNames.size}`);
  return { name: statementNames.get(text), text, values };
}

/**
 * Returns a function that replaces the new ids and the unique names in a text. All rows of a replay get the same
 * replacement for the same id or name. Ids are in the text as UUID or with a prefix.
 */
function freshValues(isNewId) {
  const replacements = new Map();
  const replace = (uuid) => {
    if (!isNewId(uuid)) return uuid;
    if (!replacements.has(uuid)) replacements.set(uuid, randomUuidLike(uuid));
    return replacements.get(uuid);
  };
  return (text) =>
    text
      .replaceAll(UUID, replace)
      .replaceAll(ID, (id) => toId(id.slice(0, id.indexOf('_')), replace(toUuid(id))))
      .replaceAll(UNIQUE_NAME, (name) => {
        if (!replacements.has(name)) replacements.set(name, randomHex(name.length));
        return replacements.get(name);
      });
}

/** The names and idempotency keys that http-caller.process.mjs creates. */
const UNIQUE_NAME = /(?<![0-9a-f-])[0-9a-f]{18}(?![0-9a-f-])/g;
const randomHex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');
/** Another UUID of the same time. */
const randomUuidLike = (uuid) => `${uuid.slice(0, 19)}${randomHex(4)}-${randomHex(12)}`;
