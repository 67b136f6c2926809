"use strict";
// One chat. Messages come through /events as the server has escaped them; what the reader does goes to /say and /press.

const find = (id) => document.getElementById(id);
const [scroller, log, words, menu, pill, state, toast, viewer] =
  ["scroller", "log", "words", "menu", "pill", "state", "toast", "viewer"].map(find);
const options = [...menu.children];
const NEAR_PX = 90;
const AIR_PX = 12; // between the date that stays above and the message below it

const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat("zh-CN", { weekday: "short" });
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
  if (day(at) === day(now)) return "今天";
  if (day(at) === day(yesterday)) return "昨天";
  const year = at.getFullYear() === now.getFullYear() ? "" : `${at.getFullYear()} 年 `;
  return `${year}${at.getMonth() + 1} 月 ${at.getDate()} 日 ${weekday.format(at)}`;
}

function bubble(message, at) {
  const made = element("div", { className: "bubble" });
  if (message.picture) {
    const image = element("img", { src: message.picture.url, alt: message.picture.alt, decoding: "async" });
    made.append(element("button", { className: "picture", type: "button", title: "点开看大图" }, image));
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
      return key;
    })));
  return element("div", { className: "keys" }, ...keys);
}

function article(message) {
  const at = new Date(message.at);
  const made = element("article", { className: `message ${message.who}`, id: `m${message.id}`, tabIndex: -1 }, bubble(message, at));
  made.setAttribute("aria-label", `${message.who === "me" ? "我" : "推报"}，${clock.format(at)}`);
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
  pill.textContent = `↓ ${unread} 条新消息`;
  document.title = unread && document.hidden ? `(${unread}) 推报` : "推报";
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

function report() {
  state.textContent = !connected ? "正在连接…" : typing ? "正在输入…" : state.dataset.calm;
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
  tell("没有发出去。推报还开着吗？请再试一次。");
}

async function press(key) {
  const message = Number(key.closest(".message").id.slice(1));
  key.classList.add("pressed");
  const status = await post("/press", { action: key.dataset.action, message });
  setTimeout(() => key.classList.remove("pressed"), 600);
  if (status === 409) tell("这个按钮已经失效，发 /help 看看现在能做什么。");
  else if (status !== 202) tell("没有连上推报，请再试一次。");
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
