// Elements, made without HTML: what a repository is called or contains is text and nothing else.

const contents = JSON.parse(document.getElementById('contents').textContent);

/** Make an element. Attributes that are undefined are left out; children are nodes or text. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== '' && child != null));
  return element;
}

const body = (section) => document.getElementById(`${section}-body`);

const number = (value) => value.toLocaleString('en-US');

/** `1 file`, `2 files`, `1,000 files`. */
const counted = (value, noun, plural) => `${number(value)} ${value === 1 ? noun : plural || `${noun}s`}`;

const signed = (value) => (value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : '0');

const capitalised = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A dotted name or path that a line may break after each of its parts. */
function breakable(text) {
  const parts = text.split(/(?<=[./_])(?=[^./_])/);
  return make('span', { class: 'name' }, ...parts.flatMap((part, at) => (at ? [make('wbr'), part] : [part])));
}

/** A table. Columns are `[heading, 'number', 'short' or '']`; cells are text, numbers or nodes. */
function table(caption, columns, rows) {
  const cell = (value, at) => {
    const shown = typeof value === 'number' ? number(value) : value;
    return make(at ? 'td' : 'th', { class: columns[at][1] || undefined, scope: at ? undefined : 'row' }, shown);
  };
  return make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    make('table', {},
      make('caption', { class: 'hidden' }, caption),
      make('thead', {}, make('tr', {}, ...columns.map(([heading, kind]) =>
        make('th', { scope: 'col', class: kind || undefined }, heading)))),
      make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map(cell))))));
}

const empty = (text) => make('p', { class: 'empty' }, text);

/** How often each key comes up, the most frequent first and equal ones by name. */
function tally(keys) {
  const counts = new Map();
  for (const key of keys) counts.set(key, (counts.get(key) || 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

const UNOWNED = '(no owner)';
const TOP = '(top folder)';
const NO_PHASE = '(no phase)';

/** The first two folders of a path. */
function folderOf(path) {
  const folders = path.split('/').slice(0, -1).slice(0, 2);
  return folders.length ? folders.join('/') : TOP;
}

function ownersOf(path) {
  if (!contents.owners) return [];
  return contents.owners[path].length ? contents.owners[path] : [UNOWNED];
}

const isWord = (value) => value !== '' && value != null;

/** The address of a section with filters, which the section's listing reads. */
function filtered(section, filters) {
  const asked = new URLSearchParams(Object.entries(filters).filter(([, value]) => isWord(value)));
  return asked.size ? `#${section}?${asked}` : `#${section}`;
}
