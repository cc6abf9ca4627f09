// The wire, as firmware-protocol/SPEC.md sections 1 and 2 have it: press frames out, acknowledgements in.

export const pressesMax = 1000;
export const acknowledgementBytes = 20;
const version = 1, utcFlag = 1, oldestFlag = 2, rewindFlag = 1, unknownTime = 0xffffffff;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 of IEEE 802.3, as in zlib. */
export function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ table[(rest ^ byte) & 0xff];
  return (rest ^ 0xffffffff) >>> 0;
}

/**
 * A press frame of 1 to 1000 presses, which follow each other.
 *
 * A press is { at, milliseconds, button, slot }: seconds, or null when unknown.
 */
export function pressFrame({ isUTC, isOldest, epoch, first, sentAt, presses }) {
  const bytes = new Uint8Array(20 + 8 * presses.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint8(1, (isUTC ? utcFlag : 0) | (isOldest ? oldestFlag : 0));
  view.setUint16(2, presses.length, true);
  view.setUint32(4, epoch, true);
  view.setUint32(8, first, true);
  view.setUint32(12, sentAt, true);
  presses.forEach((press, index) => {
    const place = 16 + 8 * index;
    view.setUint32(place, press.at ?? unknownTime, true);
    view.setUint16(place + 4, press.milliseconds, true);
    view.setUint8(place + 6, press.button);
    view.setUint8(place + 7, press.slot);
  });
  const end = bytes.length - 4;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** What an answer says, or { error }: who reads an error takes it for silence (A3). */
export function acknowledgement(bytes) {
  if (bytes.length !== acknowledgementBytes) return { error: "wrongLength" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== version) return { error: "unknownVersion" };
  if (view.getUint8(1) & ~rewindFlag || view.getUint16(2, true) !== 0) return { error: "reservedBits" };
  if (view.getUint32(16, true) !== crc32(bytes.subarray(0, 16))) return { error: "checksumMismatch" };
  return {
    isRewind: view.getUint8(1) === rewindFlag,
    epoch: view.getUint32(4, true),
    next: view.getUint32(8, true),
    serverTime: view.getUint32(12, true),
  };
}
