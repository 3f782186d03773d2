// SPDX-License-Identifier: Apache-2.0
import type { BrowserContext } from "playwright-core";
import { ethersAnchorChain } from "../../src/adapters/ethereum/anchor-chain.js";
import { fromHex, toHex } from "../../src/core/hex.js";
import { createRenderer } from "../../src/render/index.js";
import { withBundles } from "../verify/bundle/signed-bundle.js";
import { type Copied, copyInput, inShanghai, makeCopy } from "../verify/copies.js";
import { ANHUI, mirrorOf } from "../verify/fixture.js";
import { settleWorld } from "../verify/package/settled-world.js";

const DAY = 86_400;

export const LONG_NAME = "X".repeat(200);

/** A file of a reader's copy, and what its code says. */
export interface PresentedCopy {
  readonly pdf: Buffer;
  readonly code: string;
  readonly copy: Copied;
}

export interface CopyScene {
  readonly valid: PresentedCopy;
  /** Whose period is over. */
  readonly expired: PresentedCopy;
  /** Of a licence that is revoked. */
  readonly revoked: PresentedCopy;
  /** Which the mirror does not have. */
  readonly pending: PresentedCopy;
  /** The file of the first with another user in it. */
  readonly altered: Buffer;
  /** Lets a page work with this scene's registry, mirror and trust bundle in place of its service's. */
  connect(context: BrowserContext): Promise<void>;
  close(): Promise<void>;
}

/** A province of its own, on a chain of its own, that makes copies now. */
export async function openCopyScene(): Promise<CopyScene> {
  const { world: settled, local, issued } = await settleWorld();
  const { chain, deployment, accounts } = local;
  const world = withBundles(settled);
  await local.as("admin").addRegionKey(ANHUI, "bundle", world.bundleKey.multikey.text);
  // The page has the clock of this machine.
  world.registry.advance(Math.floor(Date.now() / 1000) - 600 - world.registry.time);
  const { time } = world.registry;
  const made = [
    makeCopy(world, issued[0]),
    makeCopy(world, issued[0], {
      changes: {
        // As long as a name may be, without a place to break it.
        user: LONG_NAME,
        certificateCopyCreationTime: inShanghai(time - 10 * DAY),
        certificateCopyExpiringTime: inShanghai(time - DAY),
      },
    }),
    makeCopy(world, issued[1], { changes: { user: "张喆堃", matter: "银行贷款" } }),
  ];
  const { issued: anchored, root, size } = world.anchor(made);
  const operator = ethersAnchorChain({
    ...{ urls: [chain.url], chainId: chain.chainId, registry: deployment.registry, region: ANHUI },
    privateKey: accounts.operator.privateKey,
  });
  await operator.submitAnchor({ root, size });

  const renderer = createRenderer({ verifyHost: "verify.example" });
  const presented = (copy: Copied): PresentedCopy => ({
    pdf: Buffer.from(renderer.renderCopy(copyInput(world, copy))),
    code: world.codeOf(copy),
    copy,
  });
  const [valid, expired, revoked] = made.map(({ statement }, i) => presented({ ...anchored[i]!, statement })) as [
    PresentedCopy,
    PresentedCopy,
    PresentedCopy,
  ];
  const { statement } = valid.copy;
  const altered = presented({ ...valid.copy, statement: { ...statement, user: "另一家公司" } }).pdf;
  const mirror = mirrorOf(valid.copy, expired.copy, revoked.copy);
  const network = { chainId: chain.chainId, registry: deployment.registry, region: ANHUI };
  const bundle = world.bundle({ head: { chainId: network.chainId, registry: network.registry } });

  return {
    ...{ valid, expired, revoked, altered },
    pending: presented(makeCopy(world, issued[2])),
    async connect(context) {
      await context.route("**/v1/registry", async (route) => {
        const response = await route.fetch();
        const facts = { ...network, genesis: null, maxHeadAgeSeconds: null, bundleMaxAgeSeconds: DAY };
        await route.fulfill({ response, json: { ...(await response.json()), ...facts } });
      });
      await context.route("**/v1/chain", async (route) => {
        const body = route.request().postData() ?? "";
        const headers = { "content-type": "application/json" };
        const answer = await fetch(chain.url, { method: "POST", headers, body });
        await route.fulfill({ contentType: "application/json", body: await answer.text() });
      });
      await context.route("**/v1/proofs/*", async (route) => {
        const leaf = /\/proofs\/([0-9a-f]{64})/.exec(route.request().url())![1]!;
        const proof = await mirror.findProof(fromHex(leaf));
        await (proof
          ? route.fulfill({ json: { ...proof, path: proof.path.map(toHex) } })
          : route.fulfill({ status: 404, contentType: "application/problem+json", body: "{}" }));
      });
      await context.route("**/v1/trust-bundle", (route) =>
        route.fulfill({ headers: { etag: '"copies"' }, contentType: "application/json", body: Buffer.from(bundle) }),
      );
    },
    close: () => local.close(),
  };
}
