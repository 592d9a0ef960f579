/** Counts the lines of a text that comes in chunks. */
export class LineCounter {
  private line = 1;
  /** The offset of the first character of the line; negative when the start of the line is discarded. */
  private lineStart = 0;
  /** The offset of the next line break, or the end of the text. Undefined before the first search in a chunk. */
  private nextBreak: number | undefined;

  /** Returns the line and the column of an offset. Calls must have growing offsets. */
  at(text: string, offset: number): { line: number; column: number } {
    this.nextBreak ??= this.findBreak(text, 0);
    while (this.nextBreak < offset) {
      this.line += 1;
      this.lineStart = this.nextBreak + 1;
      this.nextBreak = this.findBreak(text, this.lineStart);
    }
    return { line: this.line, column: offset - this.lineStart + 1 };
  }

  /** Discards the text before the offset. */
  discard(text: string, offset: number): void {
    this.at(text, offset);
    this.lineStart -= offset;
    this.nextBreak = undefined;
  }

  private findBreak(text: string, from: number): number {
    const index = text.indexOf('\n', from);
    return index === -1 ? Number.POSITIVE_INFINITY : index;
  }
}
