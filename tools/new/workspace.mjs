import fs from 'node:fs';
import path from 'node:path';

/** Reads files of the clone and collects planned files. `write` writes all planned files at the end. */
export class Workspace {
  #root;
  #plannedTexts = new Map();

  constructor(root) {
    this.#root = root;
  }

  read(file) {
    return this.#plannedTexts.get(file) ?? fs.readFileSync(path.join(this.#root, file), 'utf8');
  }

  has(file) {
    return this.#plannedTexts.has(file) || fs.existsSync(path.join(this.#root, file));
  }

  /** Returns all files below a folder as paths relative to the clone. */
  list(folder) {
    const absolute = path.join(this.#root, folder);
    if (!fs.existsSync(absolute)) return [];
    return fs
      .readdirSync(absolute, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.#root, path.join(entry.parentPath, entry.name)));
  }

  plan(file, text) {
    this.#plannedTexts.set(file, text);
  }

  /** Writes the planned files and returns their names. */
  write() {
    for (const [file, text] of this.#plannedTexts) {
      fs.mkdirSync(path.dirname(path.join(this.#root, file)), { recursive: true });
      fs.writeFileSync(path.join(this.#root, file), text);
    }
    return [...this.#plannedTexts.keys()];
  }
}
