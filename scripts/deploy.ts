// SPDX-License-Identifier: Apache-2.0
// Deploys the registry of a network, once; run again it checks what it deployed and changes nothing.
//   npx tsx scripts/deploy.ts --url URL --chain-id N --keys DIR --passphrase-file FILE --record FILE [--guardian ADDRESS]
//     [--max-fee-gwei N]
// The governor's account is made in --keys when it is not there; on a network that charges for gas run once, fund the address
// that is printed, and run again. Without --guardian a guardian's account is made beside it.
import { parseArgs } from "node:util";
import { deployRegistry } from "../src/adapters/ethereum/deploy-registry.js";
import { capOfGwei } from "../src/adapters/ethereum/fees.js";
import { AccountFiles, readPassphrase } from "../src/adapters/keys/index.js";
import { TallyError } from "../src/core/errors.js";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      "chain-id": { type: "string" },
      keys: { type: "string" },
      "passphrase-file": { type: "string" },
      record: { type: "string" },
      guardian: { type: "string" },
      "max-fee-gwei": { type: "string", default: "500" },
    },
  });
  const required = (name: keyof typeof values): string => {
    const value = values[name];
    if (value) return value;
    throw new TallyError("config.invalid", `--${name} is missing`, { field: name });
  };
  const passphrase = await readPassphrase(required("passphrase-file"));
  const accounts = new AccountFiles({ directory: required("keys"), passphrase });
  const governor = await accounts.openOrCreate("governor");
  const guardian = values.guardian ?? (await accounts.openOrCreate("guardian")).address;
  process.stderr.write(`governor ${governor.address}, guardian ${guardian}\n`);
  const url = required("url");
  const chainId = Number(required("chain-id"));
  const maxFee = required("max-fee-gwei");
  if (!/^\d{1,9}$/.test(maxFee))
    throw new TallyError("config.invalid", `--max-fee-gwei ${maxFee} is not a whole number`, { field: "max-fee-gwei" });
  const fees = capOfGwei(Number(maxFee));
  const deployment = await deployRegistry({ url, chainId, record: required("record"), governor, guardian, fees });
  process.stdout.write(`${JSON.stringify({ ...deployment, governor: governor.address, guardian })}\n`);
}

main().catch((error: unknown) => {
  const code = error instanceof TallyError ? `${error.code}: ` : "";
  process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof TallyError && error.code === "config.invalid" ? 64 : 1;
});
