// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TallyError } from "../../core/errors.js";

export interface KeyFileText {
  readonly path: string;
  readonly text: string;
}

/** A folder of key files that only its owner may read. A file appears whole and durable, and is never overwritten. */
export class KeyDirectory {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Rejects with `request.conflict` when the name is taken. */
  async add(name: string, text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, `${name}.json`);
    const temporary = join(this.#directory, `.${name}.${randomBytes(6).toString("hex")}`);
    try {
      await writeFile(temporary, text, { flag: "wx", mode: 0o600, flush: true });
      // A hard link, unlike a rename, fails when the name exists: a key that is lost cannot be made again.
      await link(temporary, path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      throw new TallyError("request.conflict", `there is a key file ${path} already; it is never overwritten`, {
        cause,
      });
    } finally {
      await rm(temporary, { force: true });
    }
    await this.#sync();
  }

  /** Null when there is no such file. */
  async read(name: string): Promise<KeyFileText | null> {
    const path = join(this.#directory, `${name}.json`);
    try {
      return { path, text: await readFile(path, "utf8") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  async readAll(): Promise<readonly KeyFileText[]> {
    const names = await readdir(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const files = names.filter((name) => name.endsWith(".json") && !name.startsWith("."));
    const read = await Promise.all(files.sort().map((name) => this.read(name.slice(0, -".json".length))));
    return read.filter((file) => file !== null);
  }

  async #sync(): Promise<void> {
    const directory = await open(this.#directory, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}
