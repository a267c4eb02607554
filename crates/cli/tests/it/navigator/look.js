// What is wrong with the page that is there, as texts. Each rule is one that people with a screen reader, without a mouse or
// with a small window run into.
const wrong = [];
const say = (rule, element) => wrong.push(rule + ": " + (element?.outerHTML ?? "").slice(0, 160));
const all = (selector) => [...document.querySelectorAll(selector)];
const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false });
const name = (element) =>
  (element.getAttribute("aria-label") ?? "").trim() ||
  (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim() ||
  element.textContent.trim();

if (!document.documentElement.lang) say("the page has no language");
if (!document.title.trim()) say("the page has no title");
if (all("h1").length !== 1) say("the page has not one heading");
if (all("main").length !== 1) say("the page has not one main part");
let level = 0;
for (const heading of all("h1, h2, h3, h4")) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) say("a heading is left out", heading);
  level = own;
}
const ids = new Set();
for (const element of all("[id]")) {
  if (ids.has(element.id)) say("an id is met twice", element);
  ids.add(element.id);
}
for (const attribute of ["aria-labelledby", "aria-describedby", "for", "list"]) {
  for (const element of all("[" + attribute + "]")) {
    for (const id of element.getAttribute(attribute).split(/\s+/)) {
      if (!ids.has(id)) say("an id is named that is not there", element);
    }
  }
}
for (const field of all("input:not([type=hidden]), textarea, select")) {
  const label = [...(field.labels ?? [])].map((one) => one.textContent.trim()).join("");
  if (!label && !name(field)) say("a field has no label", field);
}
for (const element of all("a, button, summary")) if (!name(element)) say("nothing says what it does", element);
for (const element of all("img, svg[role=img]")) if (!name(element) && !element.alt) say("a picture has no words", element);
for (const element of all("nav, section[aria-labelledby], [role=region]")) if (element.tagName === "NAV" && !name(element)) say("a part has no name", element);
for (const element of all("th")) if (!element.scope) say("a title of a table has no scope", element);
for (const element of all("table")) if (!element.closest("[aria-labelledby]")) say("a table has no name", element);
for (const element of all("[style], style, [onclick]")) say("there is style or script in the page", element);

// Colours: 4.5 to 1, and 3 to 1 for large letters.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
};
const light = ([red, green, blue]) => {
  const part = (value) => { const one = value / 255; return one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4; };
  return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
};
const ground = (element) => {
  const above = [];
  for (let one = element; one; one = one.parentElement) above.push(rgba(getComputedStyle(one).backgroundColor));
  let colour = [255, 255, 255];
  for (const [red, green, blue, alpha] of above.reverse()) {
    colour = [red, green, blue].map((value, place) => value * alpha + colour[place] * (1 - alpha));
  }
  return colour;
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const seen = new Set();
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.textContent.trim() || seen.has(element) || !isShown(element) || element.closest(".unseen, .skip, script, datalist")) continue;
  seen.add(element);
  const style = getComputedStyle(element);
  const [one, other] = [light(rgba(style.color)), light(ground(element))].sort((a, b) => b - a);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if ((one + 0.05) / (other + 0.05) < (isLarge ? 3 : 4.5)) say("letters are hard to tell from their ground (" + style.color + ")", element);
}

// Nothing is wider than the window but what scrolls by itself.
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
  const wide = all("main *").find((element) => !element.closest(".scroll, .tabs, .unseen") && element.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  say("the page is wider than its window", wide);
}
return wrong;
