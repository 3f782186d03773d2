// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../../language/language.js";

export const WORDS = {
  drop: { zh: "把证照文件拖到这里", en: "Drop licence files here" },
  kinds: {
    zh: "PDF、JSON、电子档案包，或带二维码的照片、截图；可同时放入多个",
    en: "PDF, JSON, an archive package, or a picture with the QR code; several at once if you like",
  },
  choose: { zh: "选择文件", en: "Choose files" },
  scan: { zh: "扫二维码", en: "Scan a code" },
  pasteTitle: { zh: "或者粘贴二维码内容", en: "Or paste what the code says" },
  pasteHint: {
    zh: "二维码中的链接，或其中的一长串数字",
    en: "The link in the QR code, or its long number",
  },
  pasteWrong: {
    zh: "这不是本系统证照二维码的内容：应是一长串数字，或以 /v# 加数字结尾的链接。",
    en: "This is not what a code of ours says: a long number, or a link that ends in /v# and a number.",
  },
  pasteAction: { zh: "核验", en: "Verify" },

  cameraTitle: { zh: "扫描二维码", en: "Scan a code" },
  cameraStarting: { zh: "正在打开摄像头…", en: "Starting the camera…" },
  cameraReady: { zh: "把证照上的二维码放入画面中央。", en: "Hold the licence's QR code in the middle of the picture." },
  cameraPatience: {
    zh: "还没有读到二维码。请靠近一些、放平、避免反光；破损的请改用文件核验。",
    en: "No code read yet. Move closer, hold it flat, avoid glare. If the code is damaged, ask for the file.",
  },
  cameraSeveral: {
    zh: "画面里有多个证照二维码。请只对准其中一个。",
    en: "Several licence codes are in view. Show one of them only.",
  },
  cameraForeign: {
    zh: "这个二维码不属于本系统，不能用来核验证照。",
    en: "This code belongs to another system. It cannot be verified here.",
  },
  cameraDamaged: {
    zh: "看到了二维码，但读不出来：可能破损或太模糊。",
    en: "A code is there but cannot be read: it may be damaged or blurred.",
  },
  cameraRefused: {
    zh: "没有获得使用摄像头的许可。",
    en: "The camera may not be used.",
  },
  cameraRefusedHelp: {
    zh: "请在浏览器地址栏的权限设置中允许使用摄像头后再试，或选择二维码照片、粘贴二维码内容。",
    en: "Allow the camera in the permissions beside the address bar and try again, or choose a picture of the code, or paste what it says.",
  },
  cameraNone: { zh: "没有找到摄像头。", en: "No camera was found." },
  cameraNoneHelp: {
    zh: "请选择二维码照片，或粘贴二维码内容。",
    en: "Choose a picture of the code, or paste what it says.",
  },
  cameraFailed: { zh: "摄像头无法使用。", en: "The camera does not work." },
  cameraFailedHelp: {
    zh: "可能正被其他程序占用。请关闭其他程序后再试，或选择二维码照片。",
    en: "Another program may be using it. Close that and try again, or choose a picture of the code.",
  },
  cameraStop: { zh: "停止扫描", en: "Stop scanning" },
  cameraRetry: { zh: "再试一次", en: "Try again" },
} as const satisfies Record<string, Text>;
