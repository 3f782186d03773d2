// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as archive from "../../src/verify/archive.js";
import * as library from "../../src/verify/index.js";

describe("the verification library", () => {
  it("exports these values and no others", () => {
    expect(Object.keys(library).sort()).to.deep.equal([
      "MAX_BUNDLE_BYTES",
      "REASON_CODES",
      "REMARK_CODES",
      "RegistryError",
      "bundleAge",
      "bundleRegistry",
      "bundleRevocationLists",
      "httpRevocationLists",
      "isNewer",
      "jsonRpcRegistry",
      "looksLikeZip",
      "nextPins",
      "parseMultikey",
      "readLicencePdf",
      "readTrustBundle",
      "refuseOlder",
      "samePdfContent",
      "verifyCertificate",
    ]);
  });

  it("exports these values and no others for archive packages", () => {
    expect(Object.keys(archive).sort()).to.deep.equal([
      "MAX_ARCHIVE_BYTES",
      "looksLikeZip",
      "parseMultikey",
      "verifyArchive",
    ]);
  });
});
