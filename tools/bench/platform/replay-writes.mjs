import { toId, toUuid } from '@cordee/contracts/id';
import pg from 'pg';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ID = /\b[a-z]{3,4}_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;

/**
 * The difference between the numbers of two replays. A replay adds its number to the captured numbers that must be
 * unique. Captured numbers of different calls differ by less than this step, so two replays never write the same
 * number.
 */
export const REPLAY_STEP = 1_000;

/**
 * Returns the statements that write captured changes once more. The ids that the captured call has created are replaced
 * by new ids, and so are names and numbers that must be unique. `replayNumber` differs in each replay. `isNewId(uuid)`
 * is true for the ids that the captured call has created.
 */
export function replayOf(changes, replayNumber, isNewId) {
  const replaceIds = createReplacer(isNewId);
  return changes.map((change) =>
    change.before ? updateOf(change, replaceIds) : insertOf(change, replaceIds, replayNumber),
  );
}

/** Returns the statement that inserts a captured row. PostgreSQL generates the values of `generatedColumns`. */
function insertOf({ table, columns, generatedColumns, numberColumns, uniqueColumns, row }, replaceIds, replayNumber) {
  const writtenColumns = columns.filter((column) => !generatedColumns.includes(column));
  const valueOf = (column) => {
    const value = row[column];
    if (value === null || value === undefined) return null;
    if (!uniqueColumns.includes(column)) return replaceIds(value);
    if (numberColumns.includes(column)) return String(BigInt(value) + BigInt(replayNumber));
    const text = replaceIds(value);
    // A unique text without a new id, for example the number of a document, gets another number.
    return text === value && !TEXT_WITHOUT_NUMBER.test(value) ? withNumber(value, replayNumber) : text;
  };
  const placeholders = writtenColumns.map((_, index) => `$${index + 1}`).join(', ');
  const columnList = writtenColumns.map((column) => pg.escapeIdentifier(column)).join(', ');
  return preparedStatement(
    `insert into ${pg.escapeIdentifier(table)} (${columnList}) values (${placeholders})`,
    writtenColumns.map(valueOf),
  );
}

/**
 * Unique texts that get no number: texts that start with a UUID or a date, names with dots such as
 * `evt.teams.team.created.v1`, and texts that end with an id.
 */
const TEXT_WITHOUT_NUMBER =
  /^[0-9a-f]{8}-[0-9a-f]{4}-|^\d{4}-\d\d-\d\d|^[a-z_]+(\.[a-z_0-9]+)+$|_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * Adds a number to the last number in a text: `PRO-7` and 3 give `PRO-10`. A text without digits gets the number at its
 * end.
 */
export function withNumber(text, number) {
  const digits = /\d+(?=\D*$)/.exec(text)?.[0];
  if (!digits) return `${text} ${number}`;
  const start = text.lastIndexOf(digits);
  const replacement = String(BigInt(digits) + BigInt(number)).padStart(digits.length, '0');
  return text.slice(0, start) + replacement + text.slice(start + digits.length);
}

/** Returns the statement that makes a captured update. `before` is the row before the update. */
function updateOf({ table, columns, generatedColumns, numberColumns, keyColumns, row, before }, replaceIds) {
  const values = [];
  // `push` returns the new number of values, which is the number of the parameter.
  const parameter = (value) => `$${values.push(value)}`;
  const changedColumns = columns.filter((column) => row[column] !== before[column] && !keyColumns.includes(column));
  const assignments = changedColumns.map((column) => {
    const name = pg.escapeIdentifier(column);
    // A counter grows by the same amount as in the captured update.
    if (numberColumns.includes(column) && before[column] !== null && row[column] !== null)
      return `${name} = ${name} + ${parameter(String(BigInt(row[column]) - BigInt(before[column])))}`;
    return `${name} = ${parameter(row[column] === null ? null : replaceIds(row[column]))}`;
  });
  // A generated key is not known, so the statement finds the row, for example the current row of a history, by the rest
  // of its key and by the former values of the changed columns.
  const searchColumns = keyColumns.some((column) => generatedColumns.includes(column))
    ? [...keyColumns.filter((column) => !generatedColumns.includes(column)), ...changedColumns]
    : keyColumns;
  const conditions = searchColumns.map((column) =>
    before[column] === null
      ? `${pg.escapeIdentifier(column)} is null`
      : `${pg.escapeIdentifier(column)} = ${parameter(before[column])}`,
  );
  return preparedStatement(
    `update ${pg.escapeIdentifier(table)} set ${assignments.join(', ')} where ${conditions.join(' and ')}`,
    values,
  );
}

/** The names of the prepared statements by text. */
const statementNames = new Map();

function preparedStatement(text, values) {
  if (!statementNames.has(text)) statementNames.set(text, `statement ${statementNames.size}`);
  return { name: statementNames.get(text), text, values };
}

/**
 * Returns a function that replaces the new ids and the unique names in a text. An id or a name has the same replacement
 * in all rows of a replay. Ids are UUIDs, or ids with a prefix such as `team_…`.
 */
function createReplacer(isNewId) {
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
/** Returns a UUID with the same time, version and variant, and with other random digits. */
const randomUuidLike = (uuid) => `${uuid.slice(0, 20)}${randomHex(3)}-${randomHex(12)}`;
