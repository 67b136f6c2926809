"use strict";
// One chat. Messages come through /events as the server has escaped them; what the reader does goes to /say and /press.

const find = (id) => document.getElementById(id);
const [scroller, log, words, menu, pill, state, toast, viewer] =
  ["scroller", "log", "words", "menu", "pill", "state", "toast", "viewer"].map(find);
const options = [...menu.children];
const NEAR_PX = 90;
const AIR_PX = 12; // between the date that stays above and the message below it

const phrases = JSON.parse(document.body.dataset.phrases); // the page's own words, in the reader's language
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const day = (at) => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;

let unread = 0;
let connected = false;
let typing = false;
let resting = 0;
let wasAtEnd = true;

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

// Messages

function dayName(at) {
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day(at) === day(now)) return near.format(0, "day");
  if (day(at) === day(yesterday)) return near.format(-1, "day");
  const isThisYear = at.getFullYear() === now.getFullYear();
  if (language !== "zh-CN") {
    const shape = { weekday: "short", day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) };
    return new Intl.DateTimeFormat("en-GB", shape).format(at);
  }
  const year = isThisYear ? "" : `${at.getFullYear()} 年 `;
  return `${year}${at.getMonth() + 1} 月 ${at.getDate()} 日 ${weekday.format(at)}`;
}

function bubble(message, at) {
  const made = element("div", { className: "bubble" });
  if (message.picture) {
    const image = element("img", { src: message.picture.url, alt: message.picture.alt, decoding: "async" });
    made.append(element("button", { className: "picture", type: "button", title: phrases.enlarge }, image));
  }
  const text = element("div", { className: "text" });
  if (message.who === "me") made.append(message.plain);
  else {
    text.innerHTML = message.html;
    made.append(text);
  }
  made.append(element("time", { dateTime: message.at }, clock.format(at)));
  return made;
}

function keyboard(rows) {
  const keys = rows.map((row) =>
    element("div", { className: "row" }, ...row.map(({ label, action }) => {
      const key = element("button", { type: "button" }, label);
      key.dataset.action = action;
      if (label.startsWith("✓")) { // what is chosen now
        key.classList.add("chosen");
        key.ariaPressed = "true";
      }
      return key;
    })));
  return element("div", { className: "keys" }, ...keys);
}

function article(message) {
  const at = new Date(message.at);
  const made = element("article", { className: `message ${message.who}`, id: `m${message.id}`, tabIndex: -1 }, bubble(message, at));
  made.setAttribute("aria-label", `${message.who === "me" ? phrases.me : phrases.name}, ${clock.format(at)}`);
  if (message.buttons.length) made.append(keyboard(message.buttons));
  return made;
}

function dayOf(message) {
  const at = new Date(message.at);
  const last = log.lastElementChild;
  if (last?.dataset.day === day(at)) return last;
  const made = element("section", { className: "day" }, element("time", { dateTime: day(at) }, dayName(at)));
  made.dataset.day = day(at);
  log.append(made);
  return made;
}

function show(message) {
  const old = find(`m${message.id}`);
  const made = article(message);
  if (!old) {
    dayOf(message).append(made);
    return made;
  }
  const held = old.contains(document.activeElement);
  old.replaceWith(made);
  if (held) made.focus({ preventScroll: true });
  return made;
}

// Where the reader looks

const isNearEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
const topOf = (made) => made.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

// The date stays above while the chat moves, and makes room for the text when it rests.
function onScroll() {
  if (unread && isNearEnd()) count(0);
  wasAtEnd = isNearEnd();
  for (const section of log.children) section.classList.toggle("held", topOf(section) < -AIR_PX);
  scroller.classList.add("moving");
  clearTimeout(resting);
  resting = setTimeout(() => scroller.classList.remove("moving"), 900);
}

// A reader begins at the top: a message longer than the window is shown from its start.
function look(made) {
  const margin = parseFloat(getComputedStyle(made).scrollMarginTop) + AIR_PX;
  const start = scroller.scrollTop + topOf(made) - margin;
  scroller.scrollTop = Math.min(start, scroller.scrollHeight - scroller.clientHeight);
}

function count(more) {
  unread = more ? unread + more : 0;
  pill.hidden = !unread;
  pill.textContent = phrases.unread.replace("{count}", unread);
  document.title = unread && document.hidden ? `(${unread}) ${phrases.name}` : phrases.name;
}

function take({ anew, messages }) {
  const atEnd = isNearEnd();
  const known = new Set(anew ? [] : messages.filter(({ id }) => find(`m${id}`)).map(({ id }) => id));
  if (anew) {
    log.replaceChildren();
    setTimeout(() => { log.ariaLive = "polite"; }); // what was there before is not read out
  }
  const made = messages.map(show);
  find("welcome").hidden = log.children.length > 0;
  if (!made.length) return;
  if (!anew) ask(messages.at(-1));
  if (anew) {
    scroller.scrollTop = scroller.scrollHeight;
    const last = made.at(-1);
    if (topOf(last) < 0) look(last);
    return;
  }
  const fresh = made.filter((_, at) => !known.has(messages[at].id));
  fresh.forEach((item) => item.classList.add("fresh"));
  if (!fresh.length) {
    const last = made.at(-1);
    const isNewest = last === [...log.querySelectorAll(".message")].at(-1);
    if (topOf(last) < 0 || (atEnd && isNewest)) look(last);
  } else if (atEnd || fresh.some((item) => item.classList.contains("me"))) look(fresh[0]);
  else count(fresh.length);
  if (document.hidden && fresh.length && !unread) count(fresh.length);
}

// A question waits for the reader's words: the command that they complete stands in the box already.
function ask({ who, prompt }) {
  if (who !== "bot" || !prompt || words.value.trim()) return;
  words.value = `/${prompt} `;
  adjust();
  words.focus();
}

function report() {
  state.textContent = !connected ? phrases.connecting : typing ? phrases.typing : phrases.promise;
  state.classList.toggle("busy", !connected || typing);
  find("typing").classList.toggle("on", connected && typing);
}

function connect() {
  const events = new EventSource("/events");
  events.onopen = () => { connected = true; report(); };
  events.onerror = () => {
    connected = false;
    report();
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  };
  events.addEventListener("messages", (event) => take(JSON.parse(event.data)));
  events.addEventListener("typing", (event) => { typing = JSON.parse(event.data); report(); });
}

// What the reader does

function tell(sentence) {
  toast.textContent = sentence;
  toast.classList.add("on");
  setTimeout(() => toast.classList.remove("on"), 4000);
}

async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    return (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).status;
  } catch {
    return 0;
  }
}

async function say(text) {
  if (!text.trim()) return;
  words.value = "";
  adjust();
  if ((await post("/say", { text })) === 202) return;
  words.value ||= text;
  adjust();
  tell(phrases.unsent);
}

async function press(key) {
  const message = Number(key.closest(".message").id.slice(1));
  key.classList.add("pressed");
  const status = await post("/press", { action: key.dataset.action, message });
  setTimeout(() => key.classList.remove("pressed"), 600);
  if (status === 409) tell(phrases.stale);
  else if (status !== 202) tell(phrases.unreached);
}

// The list of commands

const shown = () => options.filter((option) => !option.hidden);
const active = () => options.find((option) => option.ariaSelected === "true");

function mark(option) {
  options.forEach((other) => { other.ariaSelected = String(other === option); });
  if (option) words.setAttribute("aria-activedescendant", option.id);
  else words.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function openMenu(prefix) {
  options.forEach((option) => { option.hidden = !option.dataset.name.startsWith(prefix); });
  menu.hidden = !shown().length;
  words.ariaExpanded = find("commands").ariaExpanded = String(!menu.hidden);
  mark(shown().find((option) => option.dataset.name === prefix) ?? (prefix ? shown()[0] : undefined));
}

function closeMenu() {
  menu.hidden = true;
  words.ariaExpanded = find("commands").ariaExpanded = "false";
  mark();
}

function choose(option, send = true) {
  closeMenu();
  const command = `/${option.dataset.name}`;
  if (send && option.dataset.needs === "0") say(command);
  else {
    words.value = `${command} `;
    adjust();
    words.focus();
  }
}

function adjust() {
  words.style.height = "auto";
  words.style.height = `${words.scrollHeight}px`;
  find("send").disabled = !words.value.trim();
  const typed = /^[/／]([A-Za-z_]*)$/.exec(words.value);
  if (typed) openMenu(typed[1].toLowerCase());
  else closeMenu();
}

function onKey(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const list = menu.hidden ? [] : shown();
  if (list.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const step = event.key === "ArrowDown" ? 1 : -1;
    const from = list.indexOf(active());
    mark(list[(from < 0 && step < 0 ? list.length - 1 : from + step + list.length) % list.length]);
  } else if (list.length && event.key === "Escape") closeMenu();
  else if (list.length && event.key === "Tab" && !event.shiftKey && active()) choose(active(), false);
  else if (event.key === "Enter" && !event.shiftKey) {
    if (list.length && active()) choose(active());
    else say(words.value);
  } else return;
  event.preventDefault();
}

words.addEventListener("input", adjust);
words.addEventListener("keydown", onKey);
find("composer").addEventListener("submit", (event) => { event.preventDefault(); say(words.value); });
find("commands").addEventListener("click", () => {
  if (menu.hidden) openMenu("");
  else closeMenu();
});
find("begin").addEventListener("click", () => say("/start"));
menu.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) choose(option);
});
document.addEventListener("pointerdown", (event) => {
  if (!menu.hidden && !event.target.closest(".dock")) closeMenu();
});
log.addEventListener("click", (event) => {
  const key = event.target.closest("[data-action]");
  const image = event.target.closest(".picture")?.firstElementChild;
  if (key) press(key);
  else if (image) {
    Object.assign(find("large"), { src: image.src, alt: image.alt });
    viewer.showModal();
    find("stage").scrollLeft = (find("stage").scrollWidth - find("stage").clientWidth) / 2;
  }
});
viewer.addEventListener("click", () => viewer.close());
pill.addEventListener("click", () => {
  const first = [...log.querySelectorAll(".message")].at(-unread);
  if (first) look(first);
  count(0);
});
scroller.addEventListener("scroll", onScroll, { passive: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden && isNearEnd()) count(0); });
// The keyboard of a phone or a taller input takes room from below.
new ResizeObserver(() => { if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight; }).observe(scroller);
connect();
