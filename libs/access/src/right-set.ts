/**
 * An immutable, interned set of rights: equal sets are the same object. A cache therefore stores only a reference per
 * person and object.
 */
export class RightSet {
  private readonly rights: ReadonlySet<string>;
  private readonly supersets = new Map<string, RightSet>();
  private readonly unions = new Map<RightSet, RightSet>();

  private constructor(
    private readonly ordered: readonly string[],
    private readonly interned: Map<string, RightSet>,
  ) {
    this.rights = new Set(ordered);
  }

  /** The empty set of an organization; all its other sets derive from it. */
  static empty(): RightSet {
    return new RightSet([], new Map());
  }

  has(right: string): boolean {
    return this.rights.has(right);
  }

  get size(): number {
    return this.rights.size;
  }

  list(): readonly string[] {
    return this.ordered;
  }

  union(other: RightSet): RightSet {
    if (this === other || other.size === 0) return this;
    const cached = this.unions.get(other);
    if (cached) return cached;
    const union = other.ordered.reduce<RightSet>((rights, right) => rights.with(right), this);
    this.unions.set(other, union);
    return union;
  }

  with(right: string): RightSet {
    if (this.rights.has(right)) return this;
    const superset = this.supersets.get(right) ?? this.extend(right);
    this.supersets.set(right, superset);
    return superset;
  }

  filter(isKept: (right: string) => boolean): RightSet {
    return this.ordered.every(isKept) ? this : this.intern(this.ordered.filter(isKept));
  }

  private extend(right: string): RightSet {
    return this.intern([...this.ordered, right].sort());
  }

  private intern(rights: string[]): RightSet {
    const key = rights.join(' ');
    const set = this.interned.get(key) ?? new RightSet(rights, this.interned);
    this.interned.set(key, set);
    return set;
  }
}
