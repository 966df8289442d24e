"use strict";
const world = JSON.parse(document.getElementById("world").textContent);
const byId = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const PITCH = 100;
const RADIUS = 38;
const MICROS = 1e6;
const STOPS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (parent) parent.append(element);
  return element;
}

function html(name, words, parent, kind) {
  const element = document.createElement(name);
  element.textContent = words;
  if (kind) element.className = kind;
  if (parent) parent.append(element);
  return element;
}

function seconds(micros, digits = 3) {
  return (micros / MICROS).toFixed(digits) + " s";
}

function amount(bytes) {
  if (bytes < 10000) return Math.round(bytes).toLocaleString("en") + " B";
  const kibi = bytes / 1024;
  return kibi < 10000 ? kibi.toFixed(1) + " KiB" : (kibi / 1024).toFixed(1) + " MiB";
}

/* The last of the rows, in the order of their instants, that is not after the given one; or -1. */
function lastNotAfter(count, at, instant) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) <= instant) low = middle + 1; else high = middle;
  }
  return low - 1;
}

const places = world.tiles.map(([x, y]) => x + "," + y);

function versionWords(index) {
  const version = world.versions[index];
  return world.names[version.name] + " @" + version.stamp;
}

function isNewer(one, other) {
  const a = world.versions[one];
  const b = world.versions[other];
  return a.stamp > b.stamp || (a.stamp === b.stamp && a.digest > b.digest);
}

/* What each tile came to have, and when each version first was on each tile. */
const changesOf = world.tiles.map(() => []);
const arrivals = world.versions.map(() => new Map());
for (const [at, tile, name, version] of world.changes) {
  changesOf[tile].push({at, name, version});
  if (version >= 0 && !arrivals[version].has(tile)) arrivals[version].set(tile, at);
}

function heldBy(tile, instant) {
  const held = new Map();
  for (const change of changesOf[tile]) {
    if (change.at > instant) break;
    if (change.version < 0) held.delete(change.name); else held.set(change.name, change);
  }
  return held;
}

const statesOf = world.tiles.map(() => []);
for (const [at, tile, state] of world.states) statesOf[tile].push({at, state});

function stateOf(states, instant, otherwise) {
  const last = lastNotAfter(states.length, i => states[i].at, instant);
  return last < 0 ? otherwise : states[last].state;
}

/* Tiles that the sentences about what failed begin with, or name as the tile meant. */
const broken = new Set(world.failures
  .flatMap(words => [...words.matchAll(/\btile (\d+,\d+)/g)].slice(0, 1))
  .map(match => places.indexOf(match[1])));

const links = world.links.map(link => {
  const total = gains => {
    let sum = 0;
    return gains.map(gain => sum += gain);
  };
  return {...link, states: link.states.map(([at, state]) => ({at, state})),
    ab: total(link.ab), ba: total(link.ba)};
});

function bytesAt(totals, instant) {
  const sample = lastNotAfter(world.samples.length, i => world.samples[i], instant);
  return sample < 0 ? 0 : totals[sample];
}

function rateAt(totals, instant) {
  const sample = lastNotAfter(world.samples.length, i => world.samples[i], instant);
  if (sample < 1) return 0;
  const span = (world.samples[sample] - world.samples[sample - 1]) / MICROS;
  return span === 0 ? 0 : (totals[sample] - totals[sample - 1]) / span;
}

/* Past the last news there is nothing to see. */
const until = Math.max(1, Math.min(world.end, world.news * 1.03 + MICROS / 10));
let now = until;
let chosen = "";
let linkMode = "total";

function center(tile) {
  const [x, y] = world.tiles[tile];
  return world.brick
    ? [(x + (y % 2) / 2) * PITCH, y * PITCH * Math.sqrt(3) / 2]
    : [x * PITCH, y * PITCH];
}

function outline() {
  if (!world.brick) {
    const r = RADIUS * 0.9;
    return "M" + -r + " " + -r + "h" + 2 * r + "v" + 2 * r + "h" + -2 * r + "z";
  }
  let path = "";
  for (let i = 0; i < 6; i++) {
    const angle = Math.PI / 3 * i + Math.PI / 6;
    path += (i ? "L" : "M") + (RADIUS * Math.cos(angle)).toFixed(2) + " "
      + (RADIUS * Math.sin(angle)).toFixed(2);
  }
  return path + "z";
}

function colour(share) {
  const at = Math.max(0, Math.min(1, share)) * (STOPS.length - 1);
  const stop = Math.min(STOPS.length - 2, Math.floor(at));
  return STOPS[stop].map((c, i) => Math.round(c + (STOPS[stop + 1][i] - c) * (at - stop)));
}

function css(rgb) {
  return "rgb(" + rgb.join(",") + ")";
}

/* The instants of the chosen versions: what the colours stretch over. */
function stretch() {
  let from = Infinity;
  let to = -Infinity;
  arrivals.forEach((tiles, version) => {
    if (isChosen(version)) for (const at of tiles.values()) {
      from = Math.min(from, at);
      to = Math.max(to, at);
    }
  });
  return from > to ? [0, 1] : [from, Math.max(to, from + 1)];
}

function isChosen(version) {
  const [kind, index] = chosen.split(":");
  return kind === "name" ? world.versions[version].name === +index : version === +index;
}

/* What a tile shows of the chosen version or name: since when, and whether it went beyond. */
function shown(tile, instant) {
  const [kind, index] = chosen.split(":");
  if (!kind) return null;
  const held = heldBy(tile, instant);
  if (kind === "name") {
    const change = held.get(+index);
    return change ? {at: change.at, version: change.version, passed: false} : null;
  }
  const change = held.get(world.versions[+index].name);
  if (!change) return null;
  if (change.version === +index) return {at: change.at, version: change.version, passed: false};
  if (!isNewer(change.version, +index)) return null;
  const had = arrivals[+index].get(tile);
  return had === undefined || had > instant ? null
    : {at: had, version: change.version, passed: true};
}

const grid = byId("grid");
const laneLayer = svg("g", {}, grid);
const tileLayer = svg("g", {}, grid);
const gripLayer = svg("g", {}, grid);
const tileViews = [];
const laneViews = [];

function drawGrid() {
  const centers = world.tiles.map((_, tile) => center(tile));
  const xs = centers.map(c => c[0]);
  const ys = centers.map(c => c[1]);
  const pad = RADIUS + 22;
  const left = Math.min(...xs) - pad;
  const top = Math.min(...ys) - pad;
  const width = Math.max(...xs) + pad - left;
  const height = Math.max(...ys) + pad - top;
  grid.setAttribute("viewBox", [left, top, width, height].join(" "));
  grid.style.aspectRatio = width + "/" + height;
  /* A lone row must not become as high as a house. */
  grid.style.maxWidth = Math.max(320, width * 1.6) + "px";
  const shape = outline();
  const worded = world.tiles.length <= 400;
  world.tiles.forEach((_, tile) => {
    const group = svg("g", {transform: "translate(" + centers[tile].join(" ") + ")"}, tileLayer);
    const path = svg("path", {d: shape}, group);
    const place = worded ? svg("text", {y: -7}, group) : null;
    const time = worded ? svg("text", {y: 14, class: "time"}, group) : null;
    if (place) place.textContent = places[tile];
    tips(group, () => tileTip(tile));
    tileViews.push({group, path, place, time});
  });
  for (const link of links) {
    const sides = [lanePath(centers[link.a], centers[link.b]),
      lanePath(centers[link.b], centers[link.a])];
    const views = sides.map(side => svg("path", {d: side, class: "lane"}, laneLayer));
    const grip = svg("path", {d: sides[0], class: "grip"}, gripLayer);
    tips(grip, () => linkTip(link));
    laneViews.push(views);
  }
}

/* The right-hand lane from one tile to another; a bow where there are tiles between. */
function lanePath(from, to) {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = Math.hypot(dx, dy) || 1;
  const ux = dx / length;
  const uy = dy / length;
  const point = (along, aside) =>
    (from[0] + ux * along - uy * aside).toFixed(1) + " " + (from[1] + uy * along + ux * aside).toFixed(1);
  const edge = RADIUS * 0.9;
  if (length < 1.6 * PITCH) return "M" + point(edge, 6) + "L" + point(length - edge, 6);
  return "M" + point(edge / 2, RADIUS) + "Q" + point(length / 2, RADIUS + PITCH * 0.4) + " "
    + point(length - edge / 2, RADIUS);
}

function drawTiles() {
  const [from, to] = stretch();
  tileViews.forEach((view, tile) => {
    const state = stateOf(statesOf[tile], now, "off");
    view.group.setAttribute("class", "tile " + state + (broken.has(tile) ? " broken" : ""));
    const seen = shown(tile, now);
    if (seen) {
      const rgb = colour((seen.at - from) / (to - from));
      const light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140;
      view.path.style.fill = css(rgb);
      view.path.style.fillOpacity = seen.passed ? .45 : "";
      words(view, seconds(seen.at, 2), seen.passed || state === "off" ? "" : light ? "#111" : "#fff");
    } else {
      view.path.style.fill = "var(--empty)";
      view.path.style.fillOpacity = "";
      words(view, "", "");
    }
  });
}

function words(view, time, ink) {
  if (!view.time) return;
  view.time.textContent = time;
  view.time.style.fill = ink;
  view.place.style.fill = ink;
}

function drawLanes() {
  laneLayer.style.display = gripLayer.style.display = linkMode === "none" ? "none" : "";
  if (linkMode === "none") return;
  const read = linkMode === "rate" ? rateAt : bytesAt;
  const values = links.map(link => [read(link.ab, now), read(link.ba, now)]);
  let most = 1;
  if (linkMode === "rate") {
    for (const pair of values) most = Math.max(most, pair[0], pair[1]);
  } else {
    for (const link of links) most = Math.max(most, bytesAt(link.ab, until), bytesAt(link.ba, until));
  }
  links.forEach((link, index) => {
    const state = now < link.from ? "gone" : stateOf(link.states, now, "up");
    laneViews[index].forEach((path, side) => {
      const share = values[index][side] / most;
      path.style.display = state === "gone" ? "none" : "";
      path.setAttribute("class", "lane " + state);
      path.style.strokeWidth = (1.2 + 8 * Math.sqrt(share)).toFixed(2);
      path.style.stroke = state === "up" && share > 0
        ? "color-mix(in srgb, #e4572e " + Math.round(25 + 75 * Math.sqrt(share)) + "%, var(--wire))"
        : "";
    });
  });
}

function tileTip(tile) {
  let text = places[tile] + ", " + stateOf(statesOf[tile], now, "off");
  for (const [, change] of [...heldBy(tile, now)].sort((a, b) => a[0] - b[0])) {
    text += "\n" + versionWords(change.version) + " since " + seconds(change.at);
  }
  return text;
}

function linkTip(link) {
  const state = now < link.from ? "not there yet" : stateOf(link.states, now, "up");
  const way = (from, to, totals) => "\n" + places[from] + " to " + places[to] + ": "
    + Math.round(bytesAt(totals, now)).toLocaleString("en") + " bytes, "
    + Math.round(rateAt(totals, now)).toLocaleString("en") + " a second";
  return places[link.a] + " " + link.toward + " " + places[link.b] + ", " + state
    + way(link.a, link.b, link.ab) + way(link.b, link.a, link.ba);
}

const tip = byId("tip");

function tips(element, text) {
  element.addEventListener("pointermove", event => {
    tip.textContent = text();
    tip.hidden = false;
    const x = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    const y = Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8);
    tip.style.left = x + "px";
    tip.style.top = y + "px";
  });
  element.addEventListener("pointerleave", () => tip.hidden = true);
}

function drawLegend() {
  const [from, to] = stretch();
  const legend = byId("legend");
  legend.textContent = "";
  const scale = html("span", "live since " + seconds(from, 2), legend);
  const bar = html("i", "", scale);
  bar.style.background = "linear-gradient(90deg," + STOPS.map(css).join(",") + ")";
  scale.append(seconds(to, 2));
  const mark = (border, text) => {
    const entry = html("span", "", legend);
    html("b", "", entry).style.border = border;
    entry.append(text);
  };
  mark("2px solid var(--edge)", "not live");
  mark("2px dashed var(--off)", "off");
  mark("3px solid #3d8bfd", "frozen");
  mark("3px solid var(--bad)", "hostile");
  if (broken.size) mark("4px dashed var(--bad)", "of which what failed was said");
  mark("2px dashed var(--odd)", "link loses all, one way or both");
  mark("2px dotted var(--bad)", "cable pulled");
}

const eventViews = [];

function drawEvents() {
  world.events.forEach(([at, kind, text]) => {
    const item = html("li", "", byId("events"), kind);
    html("time", seconds(at), item);
    html("span", text, item);
    item.addEventListener("click", () => go(at));
    eventViews.push(item);
  });
  if (!eventViews.length) html("li", "nothing", byId("events"));
}

function markEvents() {
  const last = lastNotAfter(world.events.length, i => world.events[i][0], now);
  eventViews.forEach((item, index) => {
    item.classList.toggle("later", index > last);
    item.classList.toggle("last", index === last);
  });
  if (last >= 0 && playing) {
    const list = byId("events");
    list.scrollTop = eventViews[last].offsetTop - list.offsetTop - list.clientHeight / 2;
  }
}

const LEFT = 130;
const WIDTH = 1200;
const ROW = 18;
const ROWS_MAX = 60;
let cursor = null;

function lineX(instant) {
  return LEFT + Math.min(1, instant / until) * (WIDTH - LEFT - 12);
}

/* Spans of what was not as it should be, as rows of the time line. */
function troubles() {
  const rows = [];
  const spans = (label, states, usual) => {
    const row = {label, spans: []};
    states.forEach(({at, state}, index) => {
      const end = index + 1 < states.length ? states[index + 1].at : world.end;
      if (state !== usual && end > at) row.spans.push({at, end, state});
    });
    if (row.spans.length) rows.push(row);
  };
  statesOf.forEach((states, tile) => spans(places[tile], states, "running"));
  links.forEach(link =>
    spans(places[link.a] + " " + link.toward + " " + places[link.b], link.states, "up"));
  return rows;
}

function drawLine() {
  const line = byId("line");
  const all = troubles();
  const rows = all.slice(0, ROWS_MAX);
  const marks = [["published", ["publication", "verdict"]], ["faults", ["fault", "stop"]]];
  const height = (marks.length + rows.length + (all.length > rows.length ? 1 : 0)) * ROW + 34;
  line.setAttribute("viewBox", "0 0 " + WIDTH + " " + height);
  const step = niceStep(until / 10);
  for (let at = 0; at <= until; at += step) {
    svg("line", {class: "axis", x1: lineX(at), x2: lineX(at), y1: 0, y2: height - 20}, line);
    svg("text", {x: lineX(at), y: height - 5, "text-anchor": "middle"}, line).textContent =
      +(at / MICROS).toFixed(3) + " s";
  }
  let y = 0;
  const label = text => svg("text", {x: LEFT - 8, y: y + 13, "text-anchor": "end"}, line)
    .textContent = text;
  for (const [text, kinds] of marks) {
    label(text);
    world.events.forEach(([at, kind, what]) => {
      if (!kinds.includes(kind)) return;
      const mark = svg("circle", {class: "mark " + kind, cx: lineX(at), cy: y + 9,
        r: kind === "verdict" ? 3 : 5}, line);
      tips(mark, () => seconds(at) + "\n" + what);
      mark.addEventListener("click", () => go(at));
    });
    y += ROW;
  }
  for (const row of rows) {
    label(row.label);
    for (const span of row.spans) {
      const x = lineX(span.at);
      const bar = svg("rect", {class: "span " + span.state, x, y: y + 4,
        width: Math.max(1.5, lineX(span.end) - x), height: ROW - 8}, line);
      tips(bar, () => row.label + " " + span.state + "\n" + seconds(span.at) + " to "
        + seconds(span.end));
    }
    y += ROW;
  }
  if (all.length > rows.length) label("and " + (all.length - rows.length) + " more");
  cursor = svg("line", {class: "cursor", y1: 0, y2: height - 20}, line);
}

function niceStep(least) {
  const power = Math.pow(10, Math.floor(Math.log10(Math.max(1, least))));
  return power * (least / power <= 1 ? 1 : least / power <= 2 ? 2 : least / power <= 5 ? 5 : 10);
}

function head(table, titles, texts) {
  const row = html("tr", "", html("thead", "", table));
  titles.forEach((title, index) => html("th", title, row, index < texts ? "text" : ""));
  return html("tbody", "", table);
}

function drawVersions() {
  const body = head(byId("versions"),
    ["Version", "Digest", "Signer", "On each tile", "Bytes", "Tiles", "First", "Median", "Last"], 4);
  world.versions.forEach((version, index) => {
    const tiles = [...arrivals[index]].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const row = html("tr", "", body);
    html("td", versionWords(index), row, "text");
    html("td", version.digest, row, "text");
    html("td", version.signer, row, "text");
    const each = html("details", "", html("td", "", row, "text"));
    html("summary", "times", each);
    each.addEventListener("toggle", () => {
      if (each.open && each.childElementCount === 1) {
        html("p", tiles.map(([tile, at]) => places[tile] + " " + seconds(at)).join("; "), each);
      }
    });
    html("td", version.bytes.toLocaleString("en"), row);
    html("td", tiles.length + " of " + world.tiles.length, row);
    html("td", seconds(tiles[0][1]), row);
    html("td", seconds(tiles[(tiles.length - 1) >> 1][1]), row);
    html("td", seconds(tiles[tiles.length - 1][1]), row);
  });
}

function drawLinks() {
  const body = head(byId("links"), ["Link", "There", "Back", "Both"], 1);
  const rows = links.map(link => {
    const last = world.samples.length - 1;
    return {link, there: last < 0 ? 0 : link.ab[last], back: last < 0 ? 0 : link.ba[last]};
  });
  rows.sort((a, b) => b.there + b.back - a.there - a.back);
  rows.slice(0, 200).forEach(({link, there, back}) => {
    const row = html("tr", "", body);
    html("td", places[link.a] + " " + link.toward + " " + places[link.b], row, "text");
    for (const bytes of [there, back, there + back]) html("td", amount(bytes), row);
  });
  if (rows.length > 200) {
    html("td", "and " + (rows.length - 200) + " more", html("tr", "", body), "text");
  }
}

function fillVersions() {
  const select = byId("version");
  const option = (value, text) => {
    const entry = html("option", text, select);
    entry.value = value;
  };
  world.names.forEach((name, index) => {
    option("name:" + index, name + ", whichever");
    world.versions.forEach((version, v) => {
      if (version.name === index) option("version:" + v, versionWords(v));
    });
  });
  if (!world.names.length) option("", "none");
  chosen = select.value;
  select.addEventListener("change", () => {
    chosen = select.value;
    drawLegend();
    draw();
  });
}

function fillSpeeds() {
  const select = byId("speed");
  for (const speed of [0.01, 0.1, 0.5, 1, 2, 5, 10, 50, 100, 500]) {
    html("option", "\u00d7" + speed, select).value = speed;
  }
  /* All of it in some ten seconds. */
  const wanted = until / MICROS / 10;
  let best = select.options[0];
  for (const entry of select.options) if (+entry.value <= Math.max(0.01, wanted)) best = entry;
  best.selected = true;
}

function draw() {
  byId("now").textContent = seconds(now);
  byId("time").value = Math.round(now / until * 10000);
  drawTiles();
  drawLanes();
  markEvents();
  cursor.setAttribute("x1", lineX(now));
  cursor.setAttribute("x2", lineX(now));
}

let playing = false;
let drawnAt = 0;

function play(on) {
  playing = on;
  byId("play").textContent = on ? "Pause" : "Play";
  if (on) {
    if (now >= until) now = 0;
    drawnAt = performance.now();
    requestAnimationFrame(frame);
  }
}

function frame(at) {
  if (!playing) return;
  now = Math.min(until, now + Math.max(0, at - drawnAt) * 1000 * byId("speed").value);
  drawnAt = at;
  draw();
  if (now >= until) play(false); else requestAnimationFrame(frame);
}

function go(instant) {
  play(false);
  now = Math.max(0, Math.min(until, instant));
  draw();
}

/* Every instant at which something is to be seen. */
const instants = [...new Set([0, until, ...world.events.map(e => e[0]),
  ...world.changes.map(c => c[0]), ...world.states.map(s => s[0])])].sort((a, b) => a - b);

function step(by) {
  const last = lastNotAfter(instants.length, i => instants[i], now);
  const next = by > 0 ? last + 1 : instants[last] < now ? last : last - 1;
  go(instants[Math.max(0, Math.min(instants.length - 1, next))]);
}

byId("play").addEventListener("click", () => play(!playing));
byId("back").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("time").addEventListener("input", event => go(event.target.value / 10000 * until));
byId("bytes").addEventListener("change", event => {
  linkMode = event.target.value;
  draw();
});

byId("facts").textContent = world.tiles.length + " tiles, " + links.length + " links, "
  + world.versions.length + " versions; seed " + world.seed + "; the world went on until "
  + seconds(world.end) + ", the last news is of " + seconds(world.news) + ".";
byId("failure").hidden = !world.failures.length;
byId("failure").textContent = "Failed: " + world.failures.join("\n");
byId("printed").hidden = !world.lines.length;
byId("lines").textContent = world.lines.join("\n");
fillVersions();
fillSpeeds();
drawGrid();
drawLegend();
drawEvents();
drawLine();
drawVersions();
drawLinks();
draw();
