// How photos are laid out: rows of one height, as the stylesheet wraps them, but known
// before anything is drawn. Nothing here touches the page.

/**
 * The first photo of each row, given how wide each photo is for its height.
 * @param {number[]} ratios width / height of each photo
 * @param {{width: number, height: number, gap: number}} wall in pixels
 */
export function rows(ratios, wall) {
  const starts = [];
  let used = Infinity;
  ratios.forEach((ratio, index) => {
    const width = Math.min(ratio * wall.height, wall.width);
    if (used + wall.gap + width > wall.width) {
      starts.push(index);
      used = width;
    } else {
      used += wall.gap + width;
    }
  });
  return starts;
}

/** How high so many rows are. */
export function heightOf(count, wall) {
  return count ? count * (wall.height + wall.gap) - wall.gap : 0;
}

/** How many rows so many photos will make, when we know no more than that. */
export function guess(photos, wall, ratio = 1.35) {
  const inRow = Math.max(1, Math.floor(wall.width / (ratio * wall.height + wall.gap)));
  return Math.ceil(photos / inRow);
}

/**
 * Months as blocks that are drawn together: those with few photos share one, so that
 * they can stand side by side.
 * @param {{month: string, photos: number}[]} months the newest first
 */
export function blocks(months, few = 8, most = 40) {
  const found = [];
  for (const month of months) {
    const last = found.at(-1);
    if (last?.shared && month.photos <= few && last.photos + month.photos <= most) {
      last.months.push(month);
      last.photos += month.photos;
    } else {
      found.push({ months: [month], photos: month.photos, shared: month.photos <= few });
    }
  }
  return found;
}
