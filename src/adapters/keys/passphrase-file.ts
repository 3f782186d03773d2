// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { TallyError } from "../../core/errors.js";

const SHORTEST = 12;

/** The passphrase in a file, without the line end. Throws `config.invalid` when it is missing or too short. */
export async function readPassphrase(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new TallyError("config.invalid", `the passphrase file ${path} cannot be read`, {
      field: "passphraseFile",
      cause,
    });
  }
  const passphrase = text.replace(/\r?\n$/, "");
  if (passphrase.length >= SHORTEST) return passphrase;
  throw new TallyError("config.invalid", `the passphrase in ${path} has fewer than ${SHORTEST} characters`, {
    field: "passphraseFile",
  });
}

export interface KeptPassphrase {
  readonly passphrase: string;
  /** True when it was made just now. */
  readonly made: boolean;
}

/**
 * The embedded profile's passphrase, made at random at first start and kept beside the keys. That protects a key file that is
 * copied alone (a backup, a mistaken attachment), not against someone who can read the whole data directory.
 */
export async function readOrMakePassphrase(path: string): Promise<KeptPassphrase> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const file = await open(path, "wx", 0o600);
    try {
      const passphrase = randomBytes(24).toString("base64url");
      await file.writeFile(`${passphrase}\n`);
      await file.sync();
      return { passphrase, made: true };
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return { passphrase: await readPassphrase(path), made: false };
  }
}
