// SPDX-License-Identifier: Apache-2.0
import type { RenderInput } from "../src/render/index.js";
import { anchoredEvidence, permit, permitType } from "../test/render/fixture.js";

const CHARACTERS = Array.from(
  "安徽合肥芜湖蚌埠淮南马鞍山滁州阜阳宿州六安亳州池州宣城黄山铜陵样例餐饮管理有限公司食品商贸酒店连锁超市便民生鲜果蔬烘焙茶饮" +
    "喆堃龘㛃王李张刘陈杨赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖",
);

/** Every licence has a name and addresses of its own, as in a real run. */
export function licence(serial: number): RenderInput {
  let state = serial * 2654435761 + 1;
  const text = (length: number) =>
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return CHARACTERS[state % CHARACTERS.length];
    }).join("");
  const address = () => `安徽省${text(2)}市${text(2)}区${text(4)}路${serial + 1}号${text(4)}大厦`;
  const certificate = permit({
    serial,
    holder: `${text(6)}有限公司`,
    face: { representative: text(3), domicile: address(), premises: address() },
  });
  return { certificate, evidence: anchoredEvidence(serial), type: permitType };
}
