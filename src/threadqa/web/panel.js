// What the pages do in the browser. Gradio runs this once, as the body of a function that is given
// `trigger` (sends an event to the server) and `watch` and `props` (what the server sends back).
//
// Nothing here writes HTML. Elements say what they do with data-act (links and buttons) and
// data-form (forms); events of the server: "ask" "show_evidence" "show_thread" "rate"
// "mark_source" "export" "export_conversation" "export_feedback" "open_conversation"
// "rename_conversation" "delete_conversation" "add_filter" "remove_filter" "remove_source"
// "read_thread" "add_examples".

const WAIT_MILLISECONDS = 15000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Scrolling to what was asked for, once it is there.

let wanted = null;

function reveal(target) {
  const block = target.matches(".tq-panel-title") ? "start" : "nearest";
  target.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });
  target.focus({ preventScroll: true });
  for (const other of document.querySelectorAll(".tq-card.tq-marked")) {
    other.classList.toggle("tq-marked", false);
  }
  if (target.matches(".tq-card")) target.classList.add("tq-marked");
}

function revealWhenThere(find) {
  wanted = { find, until: Date.now() + WAIT_MILLISECONDS };
  lookForWanted();
}

function lookForWanted() {
  if (wanted === null) return;
  const target = wanted.find();
  if (target || Date.now() > wanted.until) wanted = null;
  if (target) reveal(target);
}

const byId = (id) => () => document.getElementById(id);

// What elements do.

const acts = {
  cite(element) {
    const { turn, number } = element.dataset;
    revealWhenThere(byId(`source-${turn}-${number}`));
    if (wanted) trigger("show_evidence", { turn });
  },
  back(element) {
    const { turn, number } = element.dataset;
    const marker = `.tq-cite[data-turn="${turn}"][data-number="${number}"]`;
    revealWhenThere(() => document.querySelector(marker));
  },
  show_evidence(element) {
    trigger("show_evidence", { turn: element.dataset.turn });
    const turn = element.dataset.turn;
    revealWhenThere(() => document.querySelector(`.tq-panel[data-turn="${turn}"] h2`));
  },
  show_thread(element) {
    const { turn, thread, post } = element.dataset;
    trigger("show_thread", { turn, thread, post });
    revealWhenThere(byId(`here-${post}`));
  },
  close_thread(element) {
    const { turn, post } = element.dataset;
    trigger("show_evidence", { turn });
    revealWhenThere(() => document.querySelector(`.tq-card[data-post="${CSS.escape(post)}"]`));
  },
  read_thread(element) {
    trigger("read_thread", { thread: element.dataset.thread });
    const thread = CSS.escape(element.dataset.thread);
    revealWhenThere(() => document.querySelector(`.tq-panel[data-thread="${thread}"] h2`));
  },
  ask: ({ dataset }) =>
    trigger("ask", {
      question: dataset.question,
      filtered: "filtered" in dataset ? "yes" : "no",
      alone: "alone" in dataset ? "yes" : "no",
    }),
  rate: ({ dataset }) => trigger("rate", { turn: dataset.turn, rating: dataset.rating }),
  mark_source: ({ dataset }) => trigger("mark_source", { turn: dataset.turn, post: dataset.post }),
  export: ({ dataset }) => trigger("export", { turn: dataset.turn, format: dataset.format }),
  export_conversation: ({ dataset }) =>
    trigger("export_conversation", { conversation: dataset.conversation, format: dataset.format }),
  export_feedback: () => trigger("export_feedback", {}),
  open_conversation({ dataset }) {
    trigger("open_conversation", { conversation: dataset.conversation });
  },
  remove_filter: ({ dataset }) => trigger("remove_filter", { place: dataset.place }),
  add_examples: () => trigger("add_examples", {}),
  go_to_archive: () => document.querySelectorAll('#tq-tabs [role="tab"]')[1]?.click(),
  unfold(element) {
    const form = document.getElementById(element.getAttribute("aria-controls"));
    form.hidden = !form.hidden;
    element.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) form.querySelector("input").focus();
  },
  copy,
  confirm: confirmFirst,
};

const forms = {
  ask_again(form, field) {
    const question = `${field("question")} ${form.dataset.operators ?? ""}`.trim();
    trigger("ask", { question, alone: "yes" });
    form.hidden = true;
  },
  add_filter: (form, field) =>
    trigger("add_filter", { key: form.dataset.key, value: field("value") }),
  rename_conversation(form, field) {
    trigger("rename_conversation", {
      conversation: form.dataset.conversation,
      title: field("title"),
    });
    form.hidden = true;
  },
};

document.addEventListener("click", (event) => {
  const element = event.target.closest?.("[data-act]");
  if (!element || !Object.hasOwn(acts, element.dataset.act)) return;
  event.preventDefault();
  acts[element.dataset.act](element);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-form]");
  if (!form || !Object.hasOwn(forms, form.dataset.form)) return;
  event.preventDefault();
  forms[form.dataset.form](form, (name) => form.elements[name].value);
});

// A menu closes once something is chosen, or anything else is done.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.tq-menu[open]")) {
    const chosen = event.target.closest?.(".tq-menu [data-act]");
    if (chosen || !menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.tq-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Copying, confirming, downloading.

async function copy(element) {
  const copied = await write(element.dataset.copy);
  const words = element.textContent;
  element.textContent = copied ? element.dataset.copied : element.dataset.failed;
  setTimeout(() => (element.textContent = words), 2500);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS, a browser has no clipboard to write to, but may still copy a selection.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

function confirmFirst(element) {
  const { title, note, yes, no, then, ...data } = element.dataset;
  delete data.act;
  const dialog = document.createElement("dialog");
  dialog.className = "tq-dialog";
  const heading = node("h2", title, { id: "tq-dialog-title" });
  const keep = node("button", no, { value: "no", className: "tq-small" });
  const go = node("button", yes, { value: "yes", className: "tq-small" });
  const form = node("form", "", { method: "dialog" });
  const buttons = document.createElement("div");
  buttons.append(keep, go);
  form.append(heading, node("p", note), buttons);
  dialog.setAttribute("aria-labelledby", "tq-dialog-title");
  dialog.append(form);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") trigger(then, data);
    dialog.remove();
    element.focus();
  });
  (document.querySelector(".gradio-container") ?? document.body).append(dialog);
  dialog.showModal();
  keep.focus();
}

function node(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, properties);
}

watch("value", () => {
  const { name, type, content } = props.value ?? {};
  if (!name) return;
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = node("a", "", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), WAIT_MILLISECONDS);
});

// Gradio's own markup, where it does not say what things are.

const mends = [
  ["#tq-log [data-testid][aria-label]", (e) => e.removeAttribute("aria-label")],
  ["#tq-drop button[aria-label]", (e) => e.removeAttribute("aria-label")],
  ['#tq-log [role="log"]', (e) => ensure(e, { "aria-label": "Conversation", tabindex: "0" })],
  ["#tq-side-switch:not([aria-expanded])", (e) => ensure(e, { "aria-expanded": "false", "aria-controls": "tq-side" })],
  ["#tq-evidence", (e) => ensure(e, { tabindex: "0", role: "complementary", "aria-label": "Evidence" })],
];

function ensure(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

function mend() {
  for (const [selector, change] of mends) document.querySelectorAll(selector).forEach(change);
  lookForWanted();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#tq-side-switch");
  if (!button) return;
  const shown = document.getElementById("tq-side").classList.toggle("tq-shown");
  button.setAttribute("aria-expanded", String(shown));
  if (shown) document.querySelector("#tq-side button")?.focus();
});

document.documentElement.lang = "en";
new MutationObserver(mend).observe(document.body, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["aria-label"],
});
mend();
