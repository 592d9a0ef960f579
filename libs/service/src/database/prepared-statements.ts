import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Client, type Connection, type QueryResult } from 'pg';
import type { BoundStatement } from './bind-values.ts';
import { joinWrites } from './joined-writes.ts';

/** The maximum number of prepared statements per connection. The least recently used statement is closed. */
const MAX_PREPARED = 500;

const statementNames = new LRUCache<string, string>({ max: 4 * MAX_PREPARED });

/**
 * Returns the name under which a statement is prepared: a hash of the text, so that different texts have different
 * names.
 */
function statementName(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = `s_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
    statementNames.set(text, name);
  }
  return name;
}

/** The fields of a connection in which `pg` records its prepared statements. */
interface StatementRecords {
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
}

/**
 * Counts the migrations that this process has noticed. A migration can change the result of many statements, so that
 * every connection prepares its statements again.
 */
let migrationCount = 0;

/** The statements that a connection has prepared. */
export class PreparedStatements {
  private readonly nameByText = new LRUCache<string, string>({
    max: MAX_PREPARED,
    dispose: (name) => this.close(name),
  });
  private preparedCount = 0;
  private knownMigrationCount = migrationCount;

  constructor(private readonly connection: Connection) {}

  /**
   * Returns the name of a statement. `pg` prepares the statement when the connection has not prepared it yet. A
   * statement that is prepared again gets a new name: its old name may be in use by a statement that was sent before.
   */
  nameOf(text: string): string {
    if (this.knownMigrationCount !== migrationCount) {
      this.knownMigrationCount = migrationCount;
      this.nameByText.clear();
    }
    let name = this.nameByText.get(text);
    if (name === undefined) {
      name = `${statementName(text)}_${(this.preparedCount += 1)}`;
      this.nameByText.set(text, name);
    }
    return name;
  }

  /** Closes a statement whose plan PostgreSQL refuses, so that the next use prepares it again. */
  forgetAfter(error: unknown, text: string, name: string): void {
    // A statement with an older name was sent before the statement was closed.
    if (!isStatementOutdated(error) || this.nameByText.peek(text) !== name) return;
    if ((error as { code?: string }).code === CACHED_PLAN_CHANGED) migrationCount += 1;
    this.nameByText.delete(text);
  }

  private close(name: string): void {
    const records = this.connection as unknown as StatementRecords;
    const isPrepared = name in records.parsedStatements || name in records.submittedNamedStatements;
    delete records.parsedStatements[name];
    delete records.submittedNamedStatements[name];
    if (isPrepared) this.connection.close({ type: 'S', name }, false);
  }
}

const CACHED_PLAN_CHANGED = '0A000';
const STATEMENT_MISSING = '26000';

/**
 * True when a prepared statement cannot run although its text is valid: a migration changed its result, or another
 * statement of the same round trip failed before the statement was prepared. A repeat succeeds.
 */
export function isStatementOutdated(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === STATEMENT_MISSING || (code === CACHED_PLAN_CHANGED && (message ?? '').includes('cached plan'));
}

type Callback = (error: Error | null, result: QueryResult) => void;

/** A client of the connection pool that prepares each statement that has values. */
export class PreparingClient extends Client {
  // The types of `pg` do not declare the connection.
  declare readonly connection: Connection;
  private readonly statements: PreparedStatements;

  constructor(...options: ConstructorParameters<typeof Client>) {
    super(...options);
    this.statements = new PreparedStatements(this.connection);
  }

  // The type of `query` has many overloads; only the overload with a text and values behaves differently.
  override query(...args: unknown[]): never {
    const [text, values] = args;
    joinWrites(this.connection);
    if (args.length !== 2 || typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return super.query(...(args as [string])) as never;
    const name = this.statements.nameOf(text);
    const result = super.query({ name, text, values });
    result.catch((error: unknown) => this.statements.forgetAfter(error, text, name));
    return result as never;
  }

  /** Sends a statement at once, also while earlier statements of the connection run. */
  send({ text, values }: BoundStatement, callback: Callback): void {
    const name = values.length === 0 ? undefined : this.statements.nameOf(text);
    super.query(name === undefined ? { text } : { name, text, values }, (error, result) => {
      if (error && name !== undefined) this.statements.forgetAfter(error, text, name);
      callback(error, result);
    });
  }
}
