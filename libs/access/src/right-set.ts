/**
 * A set of rights that is made once: the same rights are the same object, however many people have them on however many things. What a
 * copy keeps per person and thing is one reference.
 */
export class RightSet {
  private readonly rights: ReadonlySet<string>;
  private readonly wider = new Map<string, RightSet>();
  private readonly together = new Map<RightSet, RightSet>();

  private constructor(
    private readonly ordered: readonly string[],
    private readonly known: Map<string, RightSet>,
  ) {
    this.rights = new Set(ordered);
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
  list(): readonly string[] {
    return this.ordered;
  }

  /** Both together. */
  and(other: RightSet): RightSet {
    if (this === other || other.size === 0) return this;
    const known = this.together.get(other);
    if (known) return known;
    const both = other.ordered.reduce<RightSet>((rights, right) => rights.with(right), this);
    this.together.set(other, both);
    return both;
  }

  with(right: string): RightSet {
    if (this.rights.has(right)) return this;
    const next = this.wider.get(right) ?? this.make(right);
    this.wider.set(right, next);
    return next;
  }

  /** Those that are kept. */
  only(keep: (right: string) => boolean): RightSet {
    return this.ordered.every(keep) ? this : this.of(this.ordered.filter(keep));
  }

  private make(right: string): RightSet {
    return this.of([...this.ordered, right].sort());
  }

  private of(rights: string[]): RightSet {
    const key = rights.join(' ');
    const made = this.known.get(key) ?? new RightSet(rights, this.known);
    this.known.set(key, made);
    return made;
  }
}
