// SPDX-License-Identifier: Apache-2.0
import { mod11Over10 } from "../src/core/identifiers/iso7064.js";
import { generateUscc } from "../src/core/identifiers/uscc.js";

/** One row of an import of food business permits; every name, number and address is invented. */
export interface FictionalPermit {
  readonly certificateNumber: string;
  readonly holderName: string;
  readonly holderCode: string;
  readonly holderType: string;
  readonly issueDate: string;
  readonly validUntil: string;
  readonly areaCode: string;
  readonly legalRepresentative: string;
  readonly domicile: string;
  readonly premises: string;
  readonly businessForm: string;
  readonly businessItems: string;
  readonly onlineOperation: string;
  readonly warehouseAddress: string;
}

/** Rare characters of names and places that fonts and encodings like to lose. */
const RARE = ["喆", "堃", "䶮", "𬭎", "㛃", "龘"];
const SURNAMES = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
const GIVEN = ["样", "例", "虚", "构", "晓", "文", "安", "宁", "思", "远"];
/** Region codes that are not assigned. */
const AREAS = [
  ["349901", "样例市虎符区"],
  ["349902", "样例市符节区"],
  ["349903", "样例市印信区"],
  ["349904", "样例市简牍区"],
] as const;
const FORMS = ["食品销售经营者", "餐饮服务经营者", "单位食堂"] as const;
const ITEMS = [
  "预包装食品销售（含冷藏冷冻食品）",
  "散装食品销售",
  "热食类食品制售",
  "冷食类食品制售",
  "糕点类食品制售（含裱花蛋糕）",
  "自制饮品制售",
];

/** Endless; the same seed gives the same permits for ever. Numbers do not repeat below 1,000,000 permits. */
export function* fictionalPermits(seed: number): Generator<FictionalPermit, never> {
  const random = mulberry32(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  for (let n = 0; ; n++) {
    const [areaCode, area] = pick(AREAS);
    const form = Math.floor(random() * FORMS.length);
    const digits = `${form + 1}${areaCode}${String(n % 1_000_000).padStart(6, "0")}`;
    const representative = pick(SURNAMES) + pick(n % 7 === 0 ? RARE : GIVEN) + pick(GIVEN);
    const name = `样例${pick(GIVEN)}${pick(n % 5 === 0 ? RARE : GIVEN)}${n}号${pick(["餐饮管理", "食品商贸", "饭店"])}`;
    const premises = `安徽省${area}样例路${1 + Math.floor(random() * 900)}号`;
    const year = 2022 + Math.floor(random() * 4);
    yield {
      certificateNumber: `JY${digits}${mod11Over10(digits)}`,
      // A quoted trade name and a comma now and then, as in real registers.
      holderName: n % 11 === 0 ? `${name}有限公司"虎符"分店` : `${name}有限公司`,
      holderCode: companyCode(areaCode, n),
      holderType: "001",
      issueDate: `${year}-03-${String(1 + Math.floor(random() * 28)).padStart(2, "0")}`,
      validUntil: `${year + 4}-12-31`,
      areaCode,
      legalRepresentative: representative,
      domicile: n % 13 === 0 ? `${premises}, 3 幢, 1205 室` : premises,
      premises,
      businessForm: FORMS[form] as string,
      businessItems: [pick(ITEMS), pick(ITEMS)].filter((item, i, all) => all.indexOf(item) === i).join("；"),
      onlineOperation: random() < 0.4 ? "true" : "false",
      warehouseAddress: random() < 0.3 ? `安徽省${area}样例仓储园 ${1 + (n % 40)} 号库` : "",
    };
  }
}

/** Organisation codes of a series that is not given out. */
function companyCode(region: string, n: number): string {
  return generateUscc({ department: "9", category: "2", region, body: `M${String(n).padStart(7, "0")}` });
}

const COLUMNS = [
  "certificateNumber",
  "holderName",
  "holderCode",
  "holderType",
  "issueDate",
  "validUntil",
  "areaCode",
  "legalRepresentative",
  "domicile",
  "premises",
  "businessForm",
  "businessItems",
  "onlineOperation",
  "warehouseAddress",
] as const satisfies readonly (keyof FictionalPermit)[];

export const CSV_HEADER = COLUMNS.join(",");

/** A line of CSV (RFC 4180) without its end. */
export function csvLine(permit: FictionalPermit): string {
  return COLUMNS.map((column) => quoted(permit[column])).join(",");
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A small seeded generator (Tommy Ettinger's mulberry32); not for secrets. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
