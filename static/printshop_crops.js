// Geometry of crops, the same as printshop/crops.py: whole pixels of the photo as it is seen.

const CLOSEST = 10; // the smallest crop is this part of the largest

export const turned = (size) => ({ width: size.height, height: size.width });
export const whole = (photo) => ({ left: 0, top: 0, ...photo });

// length × of ÷ per, to the nearest pixel, at least one; halves go up.
const share = (length, of, per) => Math.max(Math.floor((2 * length * of + per) / (2 * per)), 1);
const between = (low, value, high) => Math.min(Math.max(value, low), high);
const isBeyond = (size, limit) => size.width > limit.width || size.height > limit.height;
const isShaped = (size, paper) =>
  Math.abs(size.width * paper.height - size.height * paper.width) <= Math.max(paper.width, paper.height);
const wide = (width, paper) => ({ width, height: share(width, paper.height, paper.width) });

export function largest(photo, paper) {
  if (photo.width * paper.height > photo.height * paper.width)
    return { width: share(photo.height, paper.width, paper.height), height: photo.height };
  return wide(photo.width, paper);
}

function smallest(photo, paper) {
  const most = largest(photo, paper);
  const short = Math.max(Math.floor(Math.min(most.width, most.height) / CLOSEST), 1);
  const size = paper.width <= paper.height ? wide(short, paper)
    : { width: share(short, paper.width, paper.height), height: short };
  return isBeyond(size, most) ? most : size;
}

function printable(size, photo, paper) {
  const most = largest(photo, paper), least = smallest(photo, paper);
  if (!isShaped(size, paper)) size = wide(size.width, paper);
  if (isBeyond(least, size)) return least;
  return isBeyond(size, most) ? most : { width: size.width, height: size.height };
}

export function centreCrop(photo, paper) {
  const size = largest(photo, paper);
  return { left: Math.floor((photo.width - size.width) / 2), top: Math.floor((photo.height - size.height) / 2), ...size };
}

export function move(crop, photo, right, down) {
  return { ...crop, left: between(0, crop.left + right, photo.width - crop.width),
    top: between(0, crop.top + down, photo.height - crop.height) };
}

function about(crop, size, photo) {
  const left = crop.left + Math.floor((crop.width - size.width) / 2);
  const top = crop.top + Math.floor((crop.height - size.height) / 2);
  return move({ left, top, ...size }, photo, 0, 0);
}

// About the middle of the crop: to a width, or by so many per cent.
export const resize = (crop, photo, paper, width) =>
  about(crop, printable(wide(Math.max(Math.round(width), 1), paper), photo, paper), photo);
export const zoom = (crop, photo, paper, percent) => resize(crop, photo, paper, share(crop.width, 100, percent));

// With one corner held still: `corner` says which one moves, (1, 1) is bottom right.
export function stretch(crop, photo, paper, width, corner) {
  const held = { left: corner.x > 0 ? crop.left : crop.left + crop.width, top: corner.y > 0 ? crop.top : crop.top + crop.height };
  const room = { width: corner.x > 0 ? photo.width - held.left : held.left, height: corner.y > 0 ? photo.height - held.top : held.top };
  const most = largest({ width: Math.max(room.width, 1), height: Math.max(room.height, 1) }, paper).width;
  const size = printable(wide(between(1, Math.round(width), most), paper), photo, paper);
  return move({ left: corner.x > 0 ? held.left : held.left - size.width, top: corner.y > 0 ? held.top : held.top - size.height, ...size }, photo, 0, 0);
}

export function fitTo(crop, photo, paper) {
  if (isShaped(crop, paper)) return move({ ...crop, ...printable(crop, photo, paper) }, photo, 0, 0);
  const width = Math.max(crop.width, share(crop.height, paper.width, paper.height));
  return about(crop, printable(wide(width, paper), photo, paper), photo);
}

export function turn(crop, photo, turns) {
  for (let n = (turns + 4) % 4; n; n -= 1) {
    crop = { left: photo.height - crop.top - crop.height, top: crop.left, width: crop.height, height: crop.width };
    photo = turned(photo);
  }
  return crop;
}

// Pixels per inch: `paper` in millimetres.
export function ppi(crop, paper, sizing) {
  const across = crop.width / (paper.width / 25.4), down = crop.height / (paper.height / 25.4);
  return Math.floor(sizing === "fit" ? Math.max(across, down) : Math.min(across, down));
}
