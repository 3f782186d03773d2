// SPDX-License-Identifier: Apache-2.0
import { lookAt } from "../verification.js";

/** What the camera shows now, in terms of codes. */
export type Sight =
  | { readonly kind: "nothing" }
  | { readonly kind: "ours"; readonly text: string }
  | { readonly kind: "several" }
  | { readonly kind: "foreign" }
  | { readonly kind: "damaged" };

/** Why there is no picture. */
export type CameraFault = "refused" | "none" | "failed";

/** Opens the camera that looks away from the reader where there are two. Rejects with a `CameraFault`. */
export async function openCamera(): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  // Browsers hide cameras from pages that came over plain http.
  if (mediaDevices?.getUserMedia === undefined) throw "none" satisfies CameraFault;
  try {
    const video = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } };
    return await mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw faultOf(error);
  }
}

function faultOf(error: unknown): CameraFault {
  const { name } = error as { name?: unknown };
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return "failed";
}

/** Looks at one frame. Null while there is none to look at. */
export async function look(video: HTMLVideoElement): Promise<Sight | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
  const seen = await lookAt(await createImageBitmap(video));
  if (seen === null) return null;
  const [first, second] = seen.ours;
  if (second !== undefined) return { kind: "several" };
  if (first !== undefined) return { kind: "ours", text: first };
  if (seen.foreign > 0) return { kind: "foreign" };
  return { kind: seen.damaged > 0 ? "damaged" : "nothing" };
}
