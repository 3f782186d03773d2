// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../../language/language.js";

/** Kinds of holder codes 持证主体代码类型, GB/T 36903 Annex A. */
const HOLDER_TYPES: Readonly<Record<string, Text>> = {
  "001": { zh: "统一社会信用代码", en: "Unified social credit code" },
  "099": { zh: "其他法人或其他组织证件代码", en: "Other code of an organisation" },
  "111": { zh: "公民身份号码", en: "Citizen ID number" },
  "114": { zh: "解放军军官证", en: "PLA officer's card" },
  "115": { zh: "武警警官证", en: "Armed police officer's card" },
  "118": { zh: "解放军士兵证", en: "PLA soldier's card" },
  "119": { zh: "武警士兵证", en: "Armed police soldier's card" },
  "120": { zh: "解放军文职人员证", en: "PLA civilian card" },
  "122": { zh: "武警文职人员证", en: "Armed police civilian card" },
  "411": { zh: "外交护照", en: "Diplomatic passport" },
  "412": { zh: "公务护照", en: "Service passport" },
  "413": { zh: "公务普通护照", en: "Passport for public affairs" },
  "414": { zh: "普通护照", en: "Ordinary passport" },
  "511": { zh: "台湾居民来往大陆通行证", en: "Mainland travel permit for Taiwan residents" },
  "516": { zh: "港澳居民来往内地通行证", en: "Mainland travel permit for Hong Kong and Macao residents" },
  "551": { zh: "港澳居民居住证", en: "Residence permit for Hong Kong and Macao residents" },
  "552": { zh: "台湾居民居住证", en: "Residence permit for Taiwan residents" },
  "999": { zh: "其他自然人有效证件", en: "Other document of a person" },
};

export function holderTypeText(code: string): Text {
  return HOLDER_TYPES[code] ?? { zh: `证件类型 ${code}`, en: `Document of type ${code}` };
}
