// SPDX-License-Identifier: Apache-2.0

/** Says where a local MongoDB answers and how to hold it; only its owner can read it. */
export const ENDPOINT_FILE = "endpoint.json";

/** Exit code of a supervisor whose folder has one already. */
export const IN_USE = 75;

export interface Endpoint {
  readonly url: string;
  readonly adminUrl: string;
  readonly holdPort: number;
  /** Of the servers. */
  readonly pids: readonly number[];
}
