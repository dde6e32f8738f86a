// What a busy page does. Each part works in slices, and what a slice made is laid out and painted before
// the next one, as on a real page.

const stage = document.getElementById("stage");
const SLICES = 20;
const other = new URL(location.href);
other.hostname = "images.localhost";
const hosts = [location.origin, other.origin];

const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

// Milliseconds in the page's own calls, without what the browser makes of them afterwards.
let spent = 0;
const timed = (from, to, each) => {
  const start = performance.now();
  for (let i = from; i < to; i++) each(i);
  spent += performance.now() - start;
};

const sliced = async (count, each) => {
  const size = count / SLICES;
  for (let slice = 0; slice < SLICES; slice++) {
    timed(slice * size, (slice + 1) * size, each);
    await painted();
  }
};

// A mix as frameworks make it: one by one, a few at once, by a fragment, by markup.
const card = (i) => {
  const box = document.createElement("div");
  box.className = "card";
  const title = document.createElement("span");
  title.appendChild(document.createTextNode("Article " + i));
  box.appendChild(title);
  const link = document.createElement("a");
  link.setAttribute("href", "/articles/" + i);
  link.textContent = "Read on";
  box.append(link, " ");
  return box;
};

const makers = [
  (i) => stage.appendChild(card(i)),
  (i) => stage.insertBefore(card(i), stage.firstChild),
  (i) => {
    const fragment = document.createDocumentFragment();
    fragment.append(card(i), card(i + 1));
    stage.append(fragment);
  },
  (i) => {
    const box = document.createElement("div");
    box.innerHTML = `<p class="text">Number <b>${i}</b></p><ul><li>one<li>two</ul>`;
    stage.appendChild(box);
  },
];

const image = (i) => `${hosts[i % 2]}/image.svg?${i % 400}`;

const fetches = async (count) => {
  for (let i = 0; i < count; i += 50) {
    const some = [];
    timed(i, i + 50, (j) => some.push(fetch(`${hosts[j % 2]}/data.json?${j}`).then((answer) => answer.json())));
    await Promise.all(some);
  }
};

window.parts = {
  // Each maker puts in some five elements and as many texts.
  "adds 20,000 nodes": () => sliced(3_000, (i) => makers[i % makers.length](i)),
  "sets 20,000 image sources": async () => {
    const images = [];
    for (let i = 0; i < 1_000; i++) images.push(stage.appendChild(new Image()));
    await sliced(20_000, (i) => (images[i % 1_000].src = image(i)));
  },
  "makes 5,000 fetches": () => fetches(5_000),
  "sets 20,000 attributes, classes and styles": async () => {
    const boxes = [];
    for (let i = 0; i < 1_000; i++) boxes.push(stage.appendChild(document.createElement("div")));
    await sliced(20_000, (i) => {
      const box = boxes[i % 1_000];
      if (i % 3 === 0) box.setAttribute("data-number", i);
      else if (i % 3 === 1) box.className = "card n" + (i % 7);
      else box.style.color = i % 2 ? "red" : "green";
    });
  },
  "writes 2,000 cookies and 5,000 keys": () =>
    sliced(5_000, (i) => {
      if (i % 5 < 2) document.cookie = `basket${i % 20}=${i}; path=/`;
      localStorage.setItem("seen" + (i % 50), i);
    }),
};

window.play = async (part, done) => {
  await window.parts[part]();
  await painted();
  await painted();
  stage.replaceChildren();
  done(spent);
};

// What a call costs, in nanoseconds: the best of some rounds, since whatever else the machine does only adds.
const box = document.createElement("div");
const picture = new Image();
const text = document.createTextNode("x");
const markup = "<p>Some text in a paragraph, and <b>more</b> of it.</p>".repeat(40);
const list = document.createElement("div");
const calls = {
  "div.appendChild(text)": [20_000, () => box.appendChild(text)],
  "div.insertBefore(div)": [20_000, (() => { const inner = document.createElement("i"); return () => box.insertBefore(inner, null); })()],
  "document.createElement('div')": [20_000, () => document.createElement("div")],
  "div.setAttribute('data-x', …)": [20_000, (i) => box.setAttribute("data-x", i)],
  "img.setAttribute('alt', …)": [20_000, (i) => picture.setAttribute("alt", i)],
  "div.className = …": [20_000, (i) => (box.className = "n" + i)],
  "div.style.color = …": [20_000, (i) => (box.style.color = i % 2 ? "red" : "green")],
  "img.src = own host": [2_000, (i) => (picture.src = "/image.svg?" + (i % 10))],
  "div.innerHTML = 2 kB": [2_000, () => (list.innerHTML = markup)],
  "xhr.open(own host)": [5_000, (() => { const request = new XMLHttpRequest(); return (i) => request.open("GET", "/data.json?" + i); })()],
  "document.cookie": [500, () => document.cookie],
  "document.cookie = …": [500, (i) => (document.cookie = "basket=" + i)],
  "localStorage.getItem(…)": [20_000, () => localStorage.getItem("seen1")],
  "localStorage.setItem(…)": [5_000, (i) => localStorage.setItem("seen1", i)],
  "div.addEventListener(…)": [20_000, (() => { const hear = () => {}; return () => box.addEventListener("click", hear); })()],
  "fetch(own host)": [500, (i) => void fetch("/data.json?" + i, { method: "HEAD" }).catch(() => {})],
};

window.price = async (done) => {
  stage.append(box, picture, list);
  const prices = {};
  for (const [name, [count, call]] of Object.entries(calls)) {
    let best = Infinity;
    for (let round = 0; round < 7; round++) {
      const start = performance.now();
      for (let i = 0; i < count; i++) call(i);
      best = Math.min(best, ((performance.now() - start) / count) * 1e6);
      await new Promise((later) => setTimeout(later));
    }
    prices[name] = best;
  }
  done(prices);
};
