// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url } from "../../core/base64.js";
import { formatUtcInstant } from "../../core/calendar.js";
import type { Crypto } from "../../core/crypto.js";
import { sealEntry } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import { fromHex } from "../../core/hex.js";
import { leafHash } from "../../core/merkle.js";
import { createTurns } from "../../core/turns.js";
import type { LegalState } from "../../core/type-definition.js";
import {
  type ArchiveMembers,
  type ArchiveReport,
  archiveMetadata,
  unsignedArchive,
  verifyArchive,
  writeLogExtract,
  writeSealProof,
} from "../../verify/archive/index.js";
import { type LeafProof, type ProofSource, type Rerender, readLicencePdf } from "../../verify/index.js";
import type { Report, Standing } from "../../verify/report.js";
import type { Trust } from "../../verify/trust.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import type { CertificateView, Issuance } from "../issuance/index.js";
import type { BundleSigner, PublishedBundle, TrustBundles } from "../sharing/index.js";
import { eventsOf, logExtract, type StoredLog } from "./log-extract.js";

export interface ArchivingDependencies {
  readonly region: string;
  readonly issuance: Pick<Issuance, "getCertificate" | "documentOf">;
  /** The file as the service gives it. */
  readonly pdfOf: (actor: Actor, identifier: string) => Promise<Uint8Array>;
  readonly audit: Pick<AuditStore, "list" | "append">;
  readonly log: StoredLog;
  /** This region's own batches and mirror. */
  readonly proofs: ProofSource;
  readonly bundles: Pick<TrustBundles, "issueIfOutdated">;
  /** The region's bundle key. Rejects with `key.unknown`. */
  readonly signer: () => Promise<BundleSigner>;
  /** With which a stranger of this network reads the package. */
  readonly trust: Trust;
  readonly rerender: Rerender;
  readonly crypto: Crypto;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface ArchivePackage {
  readonly bytes: Uint8Array;
  /** What a verifier of now says about it. */
  readonly report: ArchiveReport;
}

/** Why data was used, where the law asks for it. */
export interface ArchivingPurpose {
  readonly purpose?: string;
  readonly matter?: string;
}

/** Beside the one that is packed; each takes seconds. */
const MAX_WAITING = 4;

/** Electronic archives 电子档案. */
export interface Archiving {
  /**
   * The archive package (docs/formats/archive.md) of an anchored certificate that the actor may read, as of now; on record in the log before it is
   * handed out. It is verified first: what a stranger could not take for genuine, the time of its seal aside, rejects with `archive.refused`, and so
   * does a certificate that is not anchored yet, or whose state the registry does not have yet. One at a time; four others wait, more
   * are refused with `request.overloaded`. Else rejects as `Issuance`, and as issuing a trust bundle does.
   */
  pack(actor: Actor, identifier: string, why?: ArchivingPurpose): Promise<ArchivePackage>;
}

export function createArchiving(deps: ArchivingDependencies): Archiving {
  const { region, issuance, audit, log, crypto, now, trust } = deps;

  // A package is held whole, with the registry in it, more than once.
  const inTurn = createTurns({ waiting: MAX_WAITING });

  const pack: Archiving["pack"] = async (actor, identifier, why = {}) => {
    const [view, document] = [
      await issuance.getCertificate(actor, identifier),
      await issuance.documentOf(actor, identifier),
    ];
    if (!("batch" in document.evidence)) throw refused(identifier, "is not anchored yet; pack it when it is");
    const pdf = await deps.pdfOf(actor, identifier);
    const events = await eventsOf(audit, identifier);
    // After the events: what the log has of the state, the registry has had time to learn.
    const bundle = await deps.bundles.issueIfOutdated();
    const extract = await logExtract(log, { region, object: identifier, events }, anchoredIn(bundle));
    const signer = await deps.signer();
    const members: ArchiveMembers = {
      ...attachedTo(pdf, crypto),
      "licence.pdf": pdf,
      "token.cose": fromBase64Url(document.evidence.token),
      "seal-proof.json": writeSealProof(await sealProofOf(pdf, view)),
      "metadata.json": archiveMetadata(document.certificate),
      "trust-bundle.json": bundle.bytes,
      "log.json": writeLogExtract(extract),
    };
    const bytes = await signed(view, members, bundle, signer, actor);
    const report = await verifyArchive(bytes, {
      trust,
      pinned: [bundle.content.signer],
      now: new Date(now()),
      crypto,
      rerender: deps.rerender,
    });
    requireProof(view, report);
    const detail = { size: bytes.length, asOf: bundle.content.issuedAt };
    await audit.append(
      eventBy(actor, {
        ...{ time: now(), action: "certificate-archived", object: identifier },
        ...why,
        digestAfter: crypto.sha256(bytes),
        detail,
      }),
    );
    return { bytes, report };
  };

  /** The seal's time outlives its certificate only where a verifier finds the seal in a batch. */
  const sealProofOf = async (pdf: Uint8Array, { certificateDigest }: CertificateView): Promise<LeafProof | null> => {
    const sealed = readLicencePdf(pdf, crypto).seal?.signed;
    if (!sealed) return null;
    const entry = sealEntry(fromHex(certificateDigest), crypto.sha256(sealed.cms));
    return deps.proofs.findProof(leafHash(crypto, entry), region);
  };

  const signed = async (
    { certificateIdentifier, certificateDigest }: CertificateView,
    members: ArchiveMembers,
    { content }: PublishedBundle,
    signer: BundleSigner,
    { kind, id }: Actor,
  ): Promise<Uint8Array> => {
    // Rotated in between: the bundle and the manifest must be one key's word.
    if (signer.multikey !== content.signer.text)
      throw refused(certificateIdentifier, "was packed while the region's bundle key changed; pack it again");
    const seconds = Math.floor(now() / 1000) * 1000;
    const head = {
      ...{ chainId: content.chainId, registry: content.registry, region, certificateIdentifier, certificateDigest },
      // Never before the bundle, should the clock have been set back by a second.
      createdAt: formatUtcInstant(Math.max(seconds, Date.parse(content.issuedAt))),
      createdBy: { kind, id },
    };
    const unsigned = unsignedArchive(crypto, head, members, content.signer);
    return unsigned.signed(await signer.sign(unsigned.toSign));
  };

  return { pack: (...asked) => inTurn(() => pack(...asked)) };
}

function anchoredIn({ content }: PublishedBundle) {
  const roots = new Map(
    content.state.regions.map(({ region, anchors }) => [
      region,
      new Set(anchors.filter(({ size, disowned }) => size === 1 && disowned === null).map(({ root }) => root)),
    ]),
  );
  return ({ region, root, size }: { readonly region: string; readonly root: string; readonly size: number }) =>
    size === 1 && (roots.get(region)?.has(root) ?? false);
}

type Attached = "certificate.json" | "evidence.json" | "type.json";

/** As the file has them, so that the package and the file in it cannot differ. */
function attachedTo(pdf: Uint8Array, crypto: Crypto): Pick<ArchiveMembers, Attached> {
  const { attachments } = readLicencePdf(pdf, crypto);
  const part = (name: Attached) => attachments.find((each) => each.name === name)!.bytes;
  return {
    "certificate.json": part("certificate.json"),
    "evidence.json": part("evidence.json"),
    "type.json": part("type.json"),
  };
}

/** What a verifier may find of a certificate in each legal state. Expiry and dates come from the clock. */
const STANDINGS: Readonly<Record<LegalState, readonly Standing[]>> = {
  valid: ["in-force", "not-yet-valid", "expired"],
  suspended: ["suspended", "expired"],
  "transferred-out": ["suspended", "revoked", "expired"],
  "revoked-penalty": ["revoked"],
  "revoked-unlawful": ["revoked"],
  cancelled: ["revoked"],
  replaced: ["revoked"],
};

function requireProof({ certificateIdentifier, state }: CertificateView, { checks, licence, reason }: ArchiveReport) {
  const bad = checks.find(({ outcome }) => outcome === "fail" || outcome === "unknown");
  if (bad || licence === null || !mayBePacked(licence)) {
    const detail = bad && "detail" in bad ? `: ${bad.detail}` : "";
    throw refused(certificateIdentifier, `would not be taken for genuine by a verifier (${reason})${detail}`);
  }
  if (licence.standing === "undecided" || STANDINGS[state].includes(licence.standing)) return;
  throw refused(
    certificateIdentifier,
    `is ${state}, but the registry says ${licence.standing}: a change of its state is on the way to the chain; pack it when it has arrived`,
  );
}

/** A seal whose certificate has expired leaves a verifier undecided; all that the licence is proven by otherwise is worth keeping still. */
function mayBePacked({ authenticity, checks }: Report): boolean {
  if (authenticity !== "undecided") return authenticity === "genuine";
  const open = checks.filter(({ outcome }) => outcome === "unknown").map(({ check }) => check);
  return open.every((check) => check === "seal" || check === "recognition");
}

function refused(identifier: string, problem: string): TallyError {
  return new TallyError("archive.refused", `${identifier} ${problem}`);
}
