/* What axe can tell of the page, as one text: tags, attributes, who is named and how, colours, what
 * is hidden or scrolls. Words are in it as far as a rule compares them with others. Two pages of
 * one width with the same text have the same barriers. */
(() => {
  const NAMES = ["alt", "aria-description", "aria-label", "label", "placeholder", "title"];
  const POINTERS = [
    "aria-activedescendant", "aria-controls", "aria-describedby", "aria-details", "aria-errormessage",
    "aria-flowto", "aria-labelledby", "aria-owns", "for", "form", "headers", "list",
  ];
  const COUNTED = ["aria-valuemax", "aria-valuemin", "aria-valuenow", "aria-valuetext", "style"];
  const IRRELEVANT = new Set([
    "action", "class", "content", "cx", "cy", "d", "datetime", "fill", "formaction", "height", "max",
    "maxlength", "min", "name", "points", "r", "src", "step", "transform", "value", "viewbox", "width",
    "x", "x1", "x2", "y", "y1", "y2",
  ]);
  const LANGUAGES = new Set(["en", "zh-Hans"]);
  const STYLES = [
    "color", "background-color", "background-image", "opacity", "font-size", "font-weight",
    "font-style", "text-decoration-line", "text-shadow", "display", "visibility", "position",
    "overflow-x", "overflow-y", "clip-path",
  ];
  const said = (text) => (text || "").replace(/\s+/g, " ").trim();

  const named = (element, attribute) => {
    const value = element.getAttribute(attribute);
    const name = said(value);
    const same = document.querySelectorAll(`${element.localName}[${attribute}="${CSS.escape(value)}"]`);
    const compared = {
      alt: said(element.parentElement.textContent).includes(name),
      "aria-label": name.includes(said(element.textContent)),
    };
    return [name !== "", same.length > 1, compared[attribute]];
  };
  const pointed = (value) => value.split(/\s+/).map((id) => {
    const target = document.getElementById(id);
    return target && [target.localName, said(target.textContent) !== ""];
  });
  const attribute = ({ name, value }, element) => {
    if (name === "id") return [document.querySelectorAll(`[id="${CSS.escape(value)}"]`).length];
    if (NAMES.includes(name)) return named(element, name);
    if (POINTERS.includes(name)) return pointed(value);
    if (name === "href") return value.startsWith("#") ? pointed(value.slice(1)) : value !== "";
    if (COUNTED.includes(name)) return value.replace(/[\d.]+/g, "0");
    if (name === "value") return value !== "";
    if (name === "lang") return LANGUAGES.has(value) || value;
    return value;
  };
  const kept = (element) => ({ name }) =>
    (!IRRELEVANT.has(name) && !name.startsWith("data-")) ||
    (name === "content" && element.localName === "meta") ||
    (name === "value" && element.type === "submit") ||
    (name === "src" && element.localName !== "img");
  /* A paragraph in bold type may be a heading; axe compares its length with the next one's. */
  const stands = (element, style) => {
    let next = element.nextElementSibling;
    while (next && (next.localName !== "p" || !said(next.textContent))) next = next.nextElementSibling;
    if (element.localName !== "p" || !next) return null;
    if (style.fontWeight < 600 && style.fontStyle === "normal") return null;
    const share = said(element.textContent).length / said(next.textContent).length;
    return [share > 0.5, share > 1, element.textContent.match(/[.!?:;](?![.!?:;])/g)?.length > 1];
  };
  const scrolls = (element, style) =>
    ["auto", "scroll"].some((each) => [style.overflowX, style.overflowY].includes(each)) &&
    [element.scrollWidth > element.clientWidth + 13, element.scrollHeight > element.clientHeight + 13];
  const shape = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return [
      STYLES.map((each) => style.getPropertyValue(each)),
      [box.width > 0, box.height > 0, box.right > 0, box.bottom + scrollY > 0],
      scrolls(element, style),
      [...element.childNodes].some((each) => each.nodeType === 3 && said(each.data) !== ""),
      stands(element, style),
    ];
  };
  /* Of equal neighbours two are enough: twelve rows of a list are like two. */
  const fewer = (children) =>
    children.filter((each, place) => each !== children[place - 1] || each !== children[place - 2]);
  /* Each kind of element has a line, with the numbers of the lines of its children. */
  const lines = new Map();
  const told = (element) => {
    const children = [...element.children].filter((each) => each.localName !== "script").map(told);
    const line = JSON.stringify([
      element.localName,
      [...element.attributes].filter(kept(element))
        .map((each) => [each.name, attribute(each, element)]).sort(),
      shape(element),
      fewer(children),
    ]);
    if (!lines.has(line)) lines.set(line, lines.size);
    return lines.get(line);
  };
  told(document.documentElement);
  return [...lines.keys()].join("\n");
})()
