// Paints a thumbhash: a few waves of light and colour that stand for a photo until it is
// there. The format is Evan Wallace's; the server makes them.

const SIDE = 16; // pixels: the browser blurs them

/** Paint the hash, in base64, on a canvas. */
export function paint(canvas, hash) {
  const bytes = Uint8Array.from(atob(hash), (c) => c.charCodeAt(0));
  const { width, height, pixels } = decode(bytes);
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** Amplitudes of a channel: those waves whose corner of the table is counted. */
function channel(nibble, columns, rows, scale) {
  const waves = [];
  for (let y = 0; y < rows; y += 1) {
    for (let x = y ? 0 : 1; x * rows < columns * (rows - y); x += 1) {
      waves.push({ x, y, by: (nibble() / 7.5 - 1) * scale });
    }
  }
  return waves;
}

function decode(bytes) {
  const head = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
  const more = bytes[3] | (bytes[4] << 8);
  const opaque = !(head >> 23);
  const wide = more >> 15;
  const most = opaque ? 7 : 5;
  const [columns, rows] = wide ? [most, more & 7] : [more & 7, most];
  const means = {
    l: (head & 63) / 63,
    p: ((head >> 6) & 63) / 31.5 - 1,
    q: ((head >> 12) & 63) / 31.5 - 1,
  };
  let at = 2 * (opaque ? 5 : 6);
  const nibble = () => {
    const found = (bytes[at >> 1] >> ((at & 1) * 4)) & 15;
    at += 1;
    return found;
  };
  const waves = {
    l: channel(nibble, Math.max(3, columns), Math.max(3, rows), ((head >> 18) & 31) / 31),
    p: channel(nibble, 3, 3, (((more >> 3) & 63) / 63) * 1.25),
    q: channel(nibble, 3, 3, (((more >> 9) & 63) / 63) * 1.25),
  };
  const ratio = columns / rows;
  const width = Math.max(1, Math.round(ratio > 1 ? SIDE : SIDE * ratio));
  const height = Math.max(1, Math.round(ratio > 1 ? SIDE / ratio : SIDE));
  const pixels = new Uint8ClampedArray(4 * width * height);
  const cosines = (size) =>
    Array.from({ length: size }, (_, i) =>
      Array.from({ length: 7 }, (_, n) => Math.cos((Math.PI / size) * (i + 0.5) * n)),
    );
  const [across, down] = [cosines(width), cosines(height)];
  const light = (name, x, y) =>
    waves[name].reduce(
      (sum, wave) => sum + 2 * wave.by * across[x][wave.x] * down[y][wave.y],
      means[name],
    );
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [l, p, q] = ["l", "p", "q"].map((name) => light(name, x, y));
      const blue = l - (2 / 3) * p;
      const red = (3 * l - blue + q) / 2;
      const color = [red, red - q, blue, 1].map((part) => 255 * part);
      pixels.set(color, 4 * (y * width + x));
    }
  }
  return { width, height, pixels };
}
