import { toId, toUuid, type Id, type IdPrefix } from '@cordee/contracts/id';
import { p, Type } from '@mikro-orm/postgresql';

/** Maps ids: prefixed text in code, `uuid` columns in the database. */
class IdType<P extends IdPrefix> extends Type<Id<P>, string> {
  constructor(private readonly prefix: P) {
    super();
  }

  override convertToDatabaseValue(value: Id<P> | null | undefined): string {
    return (value && toUuid(value)) as string;
  }

  override convertToJSValue(value: string | null | undefined): Id<P> {
    return (value && toId(this.prefix, value)) as Id<P>;
  }

  override getColumnType(): string {
    return 'uuid';
  }

  override compareAsType(): string {
    return 'string';
  }
}

/** A column of ids with a prefix: `id: idColumn('org').primary()`. */
export const idColumn = <P extends IdPrefix>(prefix: P) => p.type(new IdType(prefix));
