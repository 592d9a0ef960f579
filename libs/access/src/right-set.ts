/**
 * A set of rights that is made once: the same rights are the same object, however many people have them on however many things. What a
 * copy keeps per person and thing is one reference.
 */
export class RightSet {
  private readonly rights: ReadonlySet<string>;
  private readonly wider = new Map<string, RightSet>();

  private constructor(
    rights: readonly string[],
    private readonly known: Map<string, RightSet>,
  ) {
    this.rights = new Set(rights);
  }

  /** The empty set, from which all others of an organization are made. */
  static empty(): RightSet {
    return new RightSet([], new Map());
  }

  has(right: string): boolean {
    return this.rights.has(right);
  }

  get size(): number {
    return this.rights.size;
  }

  /** In alphabetical order. */
  list(): string[] {
    return [...this.rights];
  }

  with(right: string): RightSet {
    if (this.rights.has(right)) return this;
    const next = this.wider.get(right) ?? this.make(right);
    this.wider.set(right, next);
    return next;
  }

  /** Those that are kept. */
  only(keep: (right: string) => boolean): RightSet {
    const rights = this.list().filter(keep);
    return rights.length === this.rights.size ? this : this.of(rights);
  }

  private make(right: string): RightSet {
    return this.of([...this.rights, right].sort());
  }

  private of(rights: string[]): RightSet {
    const key = rights.join(' ');
    const made = this.known.get(key) ?? new RightSet(rights, this.known);
    this.known.set(key, made);
    return made;
  }
}
