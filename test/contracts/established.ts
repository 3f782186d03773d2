// SPDX-License-Identifier: Apache-2.0

import type { EvmClient } from "./evm-client.js";
import { ANCHOR, ANHUI, DAY, HEFEI, HEFEI_DID, multikey, PUDONG, PURPOSE, SHANGHAI, STATUS, TYPE } from "./names.js";
import { type Kept, RegistryNetwork } from "./registry-network.js";

/** Two regions: Anhui waits a day for what widens, Shanghai does not wait. */
export async function addRegions(network: RegistryNetwork): Promise<void> {
  await network.act("governor", "addRegion", [ANHUI, network.address("anhui"), DAY]);
  await network.act("governor", "addRegion", [SHANGHAI, network.address("shanghai"), 0]);
}

/** Anhui with an agency, its certificate key, an authorised type and both operators, all in effect. */
export async function establishAnhui(network: RegistryNetwork): Promise<void> {
  await network.act("anhui", "registerAgency", [ANHUI, HEFEI, HEFEI_DID]);
  await network.act("anhui", "authorise", [HEFEI, TYPE]);
  await network.act("anhui", "addAgencyKey", [HEFEI, PURPOSE.certificate, multikey(1)]);
  await network.act("anhui", "grantOperator", [ANHUI, network.address("anchorOperator"), ANCHOR]);
  await network.act("anhui", "grantOperator", [ANHUI, network.address("statusOperator"), STATUS]);
  await network.wait(DAY);
}

export async function addShanghaiAgency(network: RegistryNetwork): Promise<void> {
  await network.act("shanghai", "registerAgency", [SHANGHAI, PUDONG, "did:web:sh.example"]);
}

/** Within a suite: every test starts from a registry that holds the two regions and nothing else. */
export function startFromTwoRegions(open: () => Promise<EvmClient>): () => RegistryNetwork {
  let client: EvmClient;
  let network: RegistryNetwork;
  let regions: Kept;
  before(async () => {
    client = await open();
    network = await RegistryNetwork.deploy(client);
    await addRegions(network);
    regions = await network.keep();
  });
  beforeEach(() => network.restore(regions));
  after(() => client?.close());
  return () => network;
}
