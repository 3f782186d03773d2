// SPDX-License-Identifier: Apache-2.0
import type { ReasonCode, RemarkCode } from "../verify/reasons.js";

export type Language = "en" | "zh";

/** The same thing said in each language. */
export type Text = Readonly<Record<Language, string>>;

/** What is the matter, and what to do next, in words a clerk uses. A new reason without a row does not compile. */
export const REASON_TEXTS = {
  "format.unrecognised": {
    en: "This is not a document of this system. Ask for the licence's PDF, its JSON document or its QR code.",
    zh: "不是本系统的证照文件。请索取证照 PDF、JSON 文件或二维码。",
  },
  "format.malformed": {
    en: "The document is damaged or was changed: it does not have the form that issuers write. Ask for the original file.",
    zh: "文件损坏或被改动，格式与签发格式不符。请索取原始文件。",
  },
  "format.too-large": {
    en: "The document is larger than any licence. Ask for the original file.",
    zh: "文件超过任何证照的大小。请索取原始文件。",
  },
  "format.version-unsupported": {
    en: "The document has a later format than this verifier knows. Update the verifier and try again.",
    zh: "文件格式版本高于本核验程序。请更新核验程序后重试。",
  },
  "format.algorithm-unsupported": {
    en: "The document uses an algorithm that this verifier does not know. Update the verifier and try again.",
    zh: "文件使用了本核验程序不支持的算法。请更新核验程序后重试。",
  },
  "format.pdf-refused": {
    en: "This PDF was not written by an issuing system, or was changed after it was. Ask for the original file.",
    zh: "该 PDF 不是签发系统生成的文件，或生成后被改动。请索取原始文件。",
  },
  "format.attachment-missing": {
    en: "The PDF lacks the signed record it must carry. Ask for the original file.",
    zh: "PDF 缺少应附带的签名数据。请索取原始文件。",
  },
  "format.printed-copy": {
    en: "This is a printed copy 打印件: a file for paper that proves nothing itself. Scan its QR code, or ask for the licence's own PDF.",
    zh: "这是打印件，文件本身不具证明力。请扫描其二维码核验，或索取证照 PDF 原件。",
  },
  "integrity.signature-wrong": {
    en: "The signature does not fit the content: it was changed after signing, or never signed by this key. Do not accept it.",
    zh: "签名与内容不符：签发后被改动，或并非该密钥所签。不得采信。",
  },
  "integrity.token-signature-wrong": {
    en: "The signature of the QR code does not fit: the code was changed or invented. Do not accept it.",
    zh: "二维码签名不符：二维码被改动或伪造。不得采信。",
  },
  "integrity.token-mismatch": {
    en: "Certificate and QR code say different things. Do not accept it; tell the issuing agency.",
    zh: "证照与二维码内容不一致。不得采信，并告知发证机构。",
  },
  "integrity.status-out-of-range": {
    en: "The document names a place in the status list that does not exist. Do not accept it.",
    zh: "状态清单位置不存在。不得采信。",
  },
  "integrity.identifier-wrong": {
    en: "The certificate identifier contradicts the issuing agency or the type. Do not accept it.",
    zh: "证照标识与发证机构或证照类型不符。不得采信。",
  },
  "integrity.key-refused": {
    en: "The signing key is of a kind that proves nothing. Do not accept it.",
    zh: "签名密钥属于不可信的弱密钥。不得采信。",
  },
  "type.digest-mismatch": {
    en: "The type definition with the document is not the one it was issued under. Do not accept it.",
    zh: "所附证照类型定义与签发时不符。不得采信。",
  },
  "type.not-published": {
    en: "This version of the certificate type was never published. Do not accept it.",
    zh: "该版本证照类型未曾发布。不得采信。",
  },
  "type.fields-invalid": {
    en: "The fields do not fit the certificate type. Do not accept it.",
    zh: "字段与证照类型不符。不得采信。",
  },
  "anchor.pending": {
    en: "Issued but not yet anchored (锚定中). Try again in a while with a fresh download.",
    zh: "已签发，锚定中。请稍后重新下载再核验。",
  },
  "anchor.overdue": {
    en: "Not confirmed for longer than it should take. Do not rely on it; ask the issuing agency.",
    zh: "超过应有时限仍未确认。请勿采信，向发证机构核实。",
  },
  "anchor.evidence-missing": {
    en: "The document lacks its anchor evidence. Ask for the PDF or the JSON document.",
    zh: "缺少锚定证明。请索取 PDF 或 JSON 文件。",
  },
  "anchor.proof-mismatch": {
    en: "The anchor evidence does not belong to this document. Do not accept it.",
    zh: "锚定证明与文件不符。不得采信。",
  },
  "anchor.root-not-recorded": {
    en: "The registry that we look at does not know this batch. Try again later, or with another node; until then do not rely on it.",
    zh: "所查登记合约中没有该批次记录。请稍后或换节点重试，此前请勿采信。",
  },
  "anchor.root-disputed": {
    en: "The issuing region disputes this batch; the decision is not final yet. Ask the issuing region.",
    zh: "签发地区对该批次提出异议，尚未生效。请向签发地区核实。",
  },
  "anchor.root-disowned": {
    en: "The issuing region has disowned this batch. Do not accept it.",
    zh: "签发地区已否认该批次。不得采信。",
  },
  "anchor.not-in-mirror": {
    en: "Your region's mirror does not have this licence yet. Ask for the PDF file.",
    zh: "本地区镜像中尚无该证照。请索取 PDF 文件。",
  },
  "anchor.mirror-failed": {
    en: "Your region's mirror gave no answer. Try again, or ask for the PDF file.",
    zh: "本地区镜像未能答复。请重试或索取 PDF 文件。",
  },
  "issuer.key-not-registered": {
    en: "The signing key was never registered. Do not accept it.",
    zh: "签名密钥从未登记。不得采信。",
  },
  "issuer.key-disputed": {
    en: "The signing key is reported stolen; the report is not final yet. Ask the issuing agency.",
    zh: "签名密钥被报告泄露，尚未生效。请向发证机构核实。",
  },
  "issuer.key-compromised": {
    en: "The signing key had been stolen when this was anchored. Do not accept it; the agency issues a new one.",
    zh: "锚定时签名密钥已泄露。不得采信，应由发证机构重新签发。",
  },
  "issuer.key-retired": {
    en: "The signing key had been retired when this was anchored. Do not accept it; ask the issuing agency.",
    zh: "锚定时签名密钥已停用。不得采信，向发证机构核实。",
  },
  "issuer.key-not-active": {
    en: "The signing key was not in force yet when this was anchored. Do not accept it; ask the issuing agency.",
    zh: "锚定时签名密钥尚未生效。不得采信，向发证机构核实。",
  },
  "issuer.key-purpose": {
    en: "The key is registered for something other than certificates. Do not accept it.",
    zh: "该密钥登记用途不是签发证照。不得采信。",
  },
  "issuer.method-mismatch": {
    en: "The document names one issuer and was signed as another. Do not accept it.",
    zh: "文件所称签发者与签名者不一致。不得采信。",
  },
  "issuer.agency-mismatch": {
    en: "The signing key belongs to another agency than the one named. Do not accept it.",
    zh: "签名密钥属于另一机构。不得采信。",
  },
  "issuer.agency-not-registered": {
    en: "The issuing agency is not registered. Do not accept it.",
    zh: "发证机构未登记。不得采信。",
  },
  "issuer.agency-not-active": {
    en: "The agency's registration was not in force yet when this was anchored. Do not accept it; ask the issuing region.",
    zh: "锚定时发证机构登记尚未生效。不得采信，向签发地区核实。",
  },
  "issuer.agency-suspended": {
    en: "The agency was suspended when this was anchored. Do not accept it; ask the issuing region.",
    zh: "锚定时发证机构处于暂停状态。不得采信，向签发地区核实。",
  },
  "issuer.agency-struck": {
    en: "The agency was wrongly registered and has been struck off. Do not accept it.",
    zh: "该机构系错误登记，已被除名。不得采信。",
  },
  "issuer.region-suspended": {
    en: "The region was suspended when this was anchored. Do not accept it.",
    zh: "锚定时签发地区处于暂停状态。不得采信。",
  },
  "issuer.region-mismatch": {
    en: "Agency, key and anchor belong to different regions. Do not accept it.",
    zh: "机构、密钥与锚定不属于同一地区。不得采信。",
  },
  "issuer.region-not-recognised": {
    en: "Your configuration does not recognise the issuing region. Ask your administrator.",
    zh: "本地配置不承认签发地区。请询问管理员。",
  },
  "issuer.type-not-authorised": {
    en: "The agency had no authority for this type when it was anchored. Do not accept it.",
    zh: "锚定时该机构无权签发此类证照。不得采信。",
  },
  "issuer.anchor-time-unknown": {
    en: "Without an anchor time nobody can say whether the key was good. Wait until it is anchored, or ask for the PDF.",
    zh: "没有锚定时间，无法判断密钥当时是否有效。请待锚定后再核验或索取 PDF。",
  },
  "issuer.not-registered-here": {
    en: "The signature is right, but its issuer is not registered here: this is no licence of any agency. Ask for the licence itself.",
    zh: "签名正确，但签发者未在本系统登记，不是任何发证机构的证照。请索取证照本身。",
  },
  "seal.absent": {
    en: "The file carries no electronic seal. It was downloaded before sealing, or is not the sealed file.",
    zh: "文件未加盖电子印章。可能在盖章前下载。",
  },
  "seal.malformed": {
    en: "The electronic seal is not one that an agency makes: it has another form, or something was added to it. Do not accept it; ask for the original file.",
    zh: "电子印章不符合规范：格式不同或夹带其他内容。不得采信，请索取原始文件。",
  },
  "seal.coverage": {
    en: "The electronic seal does not cover the whole file. Do not accept it.",
    zh: "电子印章未覆盖整个文件。不得采信。",
  },
  "seal.algorithm-refused": {
    en: "The electronic seal uses an algorithm that is too weak or not permitted. Do not accept it.",
    zh: "电子印章使用了不允许的算法。不得采信。",
  },
  "seal.altered": {
    en: "The file was changed after it was sealed. Do not accept it; ask for the original file.",
    zh: "文件盖章后被改动。不得采信，请索取原始文件。",
  },
  "seal.signature-wrong": {
    en: "The electronic seal was not made with its own key: it is forged. Do not accept it.",
    zh: "电子印章签名不符，系伪造。不得采信。",
  },
  "seal.chain-wrong": {
    en: "The seal's certificate was not issued by the seal authority of the agency's region. Do not accept it; ask the region.",
    zh: "印章证书并非该机构所属地区的印章证书机构有效签发。不得采信，请向该地区核实。",
  },
  "seal.chain-disputed": {
    en: "The key of the region's seal authority is in dispute. Wait until that is decided.",
    zh: "地区印章证书机构的密钥存在争议。请待结论。",
  },
  "seal.ca-not-registered": {
    en: "The seal comes from an authority that no region has registered. Do not accept it.",
    zh: "印章的证书机构未在任何地区登记。不得采信。",
  },
  "seal.other-agency": {
    en: "The seal is that of another agency, which was not entrusted with sealing this licence. Do not accept it.",
    zh: "印章属于其他机构，且未获委托为发证机构盖章。不得采信。",
  },
  "seal.agency-suspended": {
    en: "The agency that sealed the file was suspended when it did. Do not accept it.",
    zh: "盖章时盖章机关已被暂停。不得采信。",
  },
  "seal.region-suspended": {
    en: "The region whose agency sealed the file was suspended when it did. Do not accept it.",
    zh: "盖章时盖章机关所在地区已被暂停。不得采信。",
  },
  "seal.outside-validity": {
    en: "The seal was made while its certificate was not valid. Do not accept it; ask the issuing agency.",
    zh: "盖章时印章证书不在有效期内。不得采信，请向发证机构核实。",
  },
  "seal.time-wrong": {
    en: "The seal states a time later than the one at which it already existed. Do not accept it; ask the issuing agency.",
    zh: "印章所称时间晚于其已被证明存在的时间。不得采信，请向发证机构核实。",
  },
  "seal.time-unproven": {
    en: "Whoever made the seal may seal no more, or its certificate no longer counts, and nothing proves that the seal is older. Ask the issuing agency for a newly sealed file.",
    zh: "印章证书或用章资格已失效，且无法证明盖章在此之前。请向发证机构索取重新盖章的文件。",
  },
  "seal.revoked": {
    en: "The seal's certificate had been revoked when the seal was made. Do not accept it.",
    zh: "盖章时印章证书已被吊销。不得采信。",
  },
  "seal.revocation-unknown": {
    en: "The electronic seal was not judged: no current list says whether it was revoked. Get the newest revocation list or trust bundle of the issuing region and verify again.",
    zh: "电子印章未作判断：没有最新的吊销列表，不知其是否已被吊销。请获取签发地区最新的吊销列表或信任包，重新核验。",
  },
  "content.differs": {
    en: "What is printed is not what was signed. Do not accept it.",
    zh: "所印内容与签名内容不一致。不得采信。",
  },
  "content.renderer-unknown": {
    en: "This verifier does not have the program version that drew the page. Update it, or compare the signed fields with the paper.",
    zh: "本核验程序没有生成该页面的版本。请更新，或将签名字段与纸面逐项比对。",
  },
  "content.not-rendered": {
    en: "The page could not be drawn again for comparison. Compare the signed fields with the paper.",
    zh: "无法重新生成页面以作比对。请将签名字段与纸面逐项比对。",
  },
  "content.not-compared": {
    en: "The printed page was not compared with the signed record. Compare the signed fields with the paper.",
    zh: "未比对所印页面与签名数据。请将签名字段与纸面逐项比对。",
  },
  "copy.of-another-licence": {
    en: "The reader's copy is not one of this licence, or contradicts it. Do not accept it.",
    zh: "加注件与所附证照不符。不得采信。",
  },
  "copy.signature-wrong": {
    en: "What the reader's copy says of itself was not signed so. Do not accept it.",
    zh: "加注件的签名不正确。不得采信。",
  },
  "copy.token-mismatch": {
    en: "Code and statement of the reader's copy contradict each other. Do not accept it.",
    zh: "加注件的二维码与其说明不一致。不得采信。",
  },
  "copy.expired": {
    en: "The reader's copy may no longer be used. Ask the holder or the issuing agency for a new one.",
    zh: "加注件已过有效期。请向持证主体或发证机构索取新的加注件。",
  },
  "copy.not-yet-made": {
    en: "The reader's copy had not been made at that time.",
    zh: "在所询时间，加注件尚未制作。",
  },
  "status.revoked": {
    en: "Genuine, but revoked. Do not accept it.",
    zh: "证照真实，但已吊销、撤销或注销。不得采用。",
  },
  "status.suspended": {
    en: "Genuine, but suspended at present. Do not accept it while the suspension lasts.",
    zh: "证照真实，但目前处于暂扣状态。暂扣期间不得采用。",
  },
  "status.unknown": {
    en: "The current state could not be learnt. Try again.",
    zh: "无法得知当前状态。请重试。",
  },
  "status.not-consulted": {
    en: "Its state is kept in a list of its own issuer, which was not asked. Ask whoever issued it.",
    zh: "其状态由签发者自行维护，本系统未查询。请向签发者核实。",
  },
  "validity.expired": {
    en: "Genuine, but its validity has ended. Ask for the renewed licence.",
    zh: "证照真实，但已过有效期。请索取换发后的证照。",
  },
  "validity.not-yet-valid": {
    en: "Genuine, but its validity has not begun.",
    zh: "证照真实，但尚未到有效期起始日。",
  },
  "recognition.not-listed": {
    en: "Genuine, but not on the mutual recognition list for this matter.",
    zh: "真实有效但不在互认清单。",
  },
  "recognition.no-list": {
    en: "No recognition list is configured; whether it is accepted here is not decided.",
    zh: "未配置互认清单，不作互认判断。",
  },
  "recognition.issuer-unproven": {
    en: "Recognition is not judged while the issuing region is not proven.",
    zh: "签发地区未经证实，不作互认判断。",
  },
  "archive.signature-wrong": {
    en: "The package's manifest is not what its key signed: it was changed after packing, or never packed by that region. Do not accept it.",
    zh: "档案包清单签名不符：打包后被改动，或并非该地区所打包。不得采信。",
  },
  "archive.member-altered": {
    en: "A file in the package is not the one that was packed. Do not accept it; ask for the original package.",
    zh: "档案包内文件与清单不符，已被改动。不得采信，请索取原始档案包。",
  },
  "archive.members-disagree": {
    en: "The files in the package belong to different licences or contradict one another. Do not accept it.",
    zh: "档案包内文件不属于同一证照或相互矛盾。不得采信。",
  },
  "archive.key-not-pinned": {
    en: "The package is signed with a key that is not pinned here. Ask the region for its bundle keys, the earlier ones too, in another way; then pin the right one.",
    zh: "档案包由本处未固定的密钥签名。请另行向该地区核实其信任包密钥（含以往密钥），再行固定。",
  },
  "archive.registry-refused": {
    en: "The registry extract in the package is not one that its region issued. Do not accept it.",
    zh: "档案包所附登记摘录并非该地区签发。不得采信。",
  },
  "archive.log-broken": {
    en: "The log extract does not fit together, or does not tell of this licence. Do not accept it.",
    zh: "档案包所附日志摘录不连贯或与本证照无关。不得采信。",
  },
  "archive.log-head-not-recorded": {
    en: "The packaged registry does not have the head of the log that the extract leads to. Do not rely on the log; ask the region.",
    zh: "所附登记摘录中没有日志摘录所指的日志锚定。请勿依据该日志，向该地区核实。",
  },
  "registry.unreachable": {
    en: "The registry could not be reached. Try again when the connection is back.",
    zh: "无法连接登记合约。请在网络恢复后重试。",
  },
  "registry.wrong-chain": {
    en: "The configured node belongs to another chain. Tell your administrator.",
    zh: "所配节点属于另一条链。请告知管理员。",
  },
  "registry.garbage": {
    en: "The node's answers make no sense. Use another node; tell your administrator.",
    zh: "节点返回内容异常。请更换节点并告知管理员。",
  },
  "registry.disagrees": {
    en: "The configured nodes do not agree. Try again later; tell your administrator.",
    zh: "各节点答复不一致。请稍后重试并告知管理员。",
  },
  "registry.missing": {
    en: "There is no registry at the configured address. Tell your administrator.",
    zh: "所配地址没有登记合约。请告知管理员。",
  },
  "registry.behind": {
    en: "The node is behind: its newest block is older than this document. Try again in a while.",
    zh: "节点落后于本文件签发时间。请稍后重试。",
  },
  "registry.stale": {
    en: "The node's newest block is too old to state the current standing. Try again with a node that is up to date.",
    zh: "节点最新区块过旧，无法判断当前效力。请使用最新节点重试。",
  },
} satisfies Record<ReasonCode, Text>;

export const REMARK_TEXTS = {
  "issuer.agency-suspended-since": {
    en: "the agency was suspended after this was anchored",
    zh: "发证机构在锚定之后被暂停",
  },
  "issuer.region-suspended-since": {
    en: "the region was suspended after this was anchored",
    zh: "签发地区在锚定之后被暂停",
  },
  "issuer.key-retired-since": {
    en: "the signing key was retired after this was anchored",
    zh: "签名密钥在锚定之后停用",
  },
  "issuer.key-compromised-since": {
    en: "the signing key was stolen after this was anchored",
    zh: "签名密钥在锚定之后泄露",
  },
  "anchor.later-than-stated": {
    en: "it was anchored on a later day than its issuer states",
    zh: "锚定日期晚于签发者所称日期",
  },
  "anchor.foreign-hints": { en: "the document names other chains; they were ignored", zh: "文件提到其他链，已忽略" },
  "content.not-compared": { en: "compare the signed fields with the paper", zh: "请将签名字段与纸面比对" },
  "seal.revocation-unknown": {
    en: "the electronic seal was not judged and counts as none, its picture with name and number too: get the newest revocation list or trust bundle of the issuing region and verify again",
    zh: "电子印章未作判断，按未盖章处理，章面文字和编号亦不作数：请获取签发地区最新的吊销列表或信任包，重新核验",
  },
  "copy.limited-use": {
    en: "this is a reader's copy: only the user that it names may use it, for its matter, until",
    zh: "加注件：仅限其所载使用方、为其所载事项使用，截至",
  },
  "seal.revoked-since": {
    en: "the seal's certificate was revoked after the seal was made",
    zh: "印章证书在盖章之后被吊销",
  },
  "seal.timestamp-not-trusted": {
    en: "the seal's timestamp comes from an authority that is not known here",
    zh: "印章时间戳来自本核验程序未配置的时间戳机构",
  },
  "token.face-truncated": { en: "long values are shortened in the code", zh: "二维码中的长字段有截断" },
  "identifier.check-variant": {
    en: "the identifier's check character follows the known A=11 variant",
    zh: "校验位不符（符合已知 A=11 变体）",
  },
  "archive.later-state-unknown": {
    en: "everything is as of this time; what happened later the package cannot say, ask the registry for the state now",
    zh: "以上均截至此时；其后状态档案包无从得知，现状请查登记合约",
  },
  "archive.log-not-anchored": {
    en: "some of the log's newest events were not anchored yet when it was packed; for them the region's signature alone stands",
    zh: "打包时部分最新日志事件尚未锚定，仅有该地区签名为据",
  },
} satisfies Record<RemarkCode, Text>;
