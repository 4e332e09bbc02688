/** Pictures in and out: files, canvases, and PNG that carries its settings. */

/** @typedef {import("./octaves.js").Picture} Picture */

/**
 * A picture of whatever the browser reads, upright and opaque, on a canvas.
 * @param {Blob} blob
 * @param {number} maxSide
 */
export async function read(blob, maxSide) {
  const bitmap = await createImageBitmap(blob).catch(() => {
    const name = blob.name ?? "What was given";
    throw new Error(
      `${name} is not a picture that this browser can read. Choose a JPEG, PNG or WebP.`,
    );
  });
  const canvas = shrunk(bitmap, bitmap.width, bitmap.height, maxSide);
  const from = [bitmap.width, bitmap.height];
  bitmap.close();
  return { canvas, from };
}

/** A drawing of something, with neither side longer than `maxSide`. */
export function shrunk(drawable, width, height, maxSide) {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height].map((n) => Math.max(1, Math.round(n * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawable, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Picture}
 */
export function pixels(canvas) {
  const { width, height } = canvas;
  const rgba = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const data = new Float32Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = rgba[Math.floor(i / 3) * 4 + (i % 3)] / 255;
  return { data, height, width };
}

/**
 * @param {Picture} picture
 * @param {HTMLCanvasElement} canvas
 */
export function draw({ data, height, width }, canvas) {
  const image = new ImageData(width, height);
  for (let i = 0; i < data.length; i++) {
    image.data[Math.floor(i / 3) * 4 + (i % 3)] = Math.round(data[i] * 255);
  }
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/**
 * A PNG with settings in its text, where `dk.read_settings` looks for them.
 * @param {HTMLCanvasElement} canvas
 * @param {object} settings
 */
export async function png(canvas, settings) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const head = 33; // the signature, and the chunk that must come first
  const text = new TextEncoder().encode(`iTXtdreamkit\0\0\0\0\0${JSON.stringify(settings)}`);
  const around = new DataView(new ArrayBuffer(8));
  around.setUint32(0, text.length - 4);
  around.setUint32(4, crc(text));
  const [length, sum] = [around.buffer.slice(0, 4), around.buffer.slice(4)];
  const parts = [bytes.slice(0, head), length, text, sum, bytes.slice(head)];
  return new Blob(parts, { type: "image/png" });
}

/** The checksum of a chunk (PNG specification, annex D). */
function crc(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
