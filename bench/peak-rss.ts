// SPDX-License-Identifier: Apache-2.0

/** Highest resident memory among the moments looked at, so that one bench does not answer for another in the same process. */
export class PeakRss {
  private peak = 0;

  look(): void {
    this.peak = Math.max(this.peak, process.memoryUsage.rss());
  }

  get megabytes(): number {
    this.look();
    return this.peak / 2 ** 20;
  }
}
