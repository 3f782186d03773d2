// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as library from "../../src/verify/index.js";

describe("the verification library", () => {
  it("exports these values and no others", () => {
    expect(Object.keys(library).sort()).to.deep.equal([
      "MAX_ARCHIVE_BYTES",
      "MAX_BUNDLE_BYTES",
      "REASON_CODES",
      "REMARK_CODES",
      "RegistryError",
      "bundleAge",
      "bundleRegistry",
      "bundleRevocationLists",
      "isNewer",
      "jsonRpcRegistry",
      "looksLikeZip",
      "nextPins",
      "readLicencePdf",
      "readTrustBundle",
      "refuseOlder",
      "samePdfContent",
      "verifyArchive",
      "verifyCertificate",
    ]);
  });
});
