/** Values of a statement in the order of their `$n`. What a person typed reaches the database through here and by no other way. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** Takes a value in and gives the place that stands for it. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
