// Lengths that only a script knows, without style attributes: a stylesheet with one rule
// for each element that needs one.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/** The declarations for the element with this id; set custom properties on them. */
export function styleOf(id) {
  const at = sheet.insertRule(`#${CSS.escape(id)} {}`, sheet.cssRules.length);
  return sheet.cssRules[at].style;
}
