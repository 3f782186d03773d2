// SPDX-License-Identifier: Apache-2.0

/** Says to everything that runs long that the service is about to stop; the app and its server share one. */
export interface Draining {
  /** True from the moment on which the service stops accepting. */
  readonly begun: boolean;
}

export class DrainSwitch implements Draining {
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  begin(): void {
    this.#begun = true;
  }
}
