// A long list with a search field, filters and pages. Only the page that is shown has elements.

const PAGE = 25;

/**
 * @param section The section's id; its part of the address holds what is searched and filtered.
 * @param noun What is listed, in the singular.
 * @param plural The same in the plural, where that is not the noun with an s.
 * @param items The items; each has `text`, in lower case, which is searched.
 * @param filters Objects with `key`, `label` and `of`, which gives the values of an item.
 * @param show Makes the element of an item.
 */
function listing({ section, noun, plural, items, filters, show }) {
  const search = make('input', { type: 'search', id: `${section}-search`, autocomplete: 'off', spellcheck: 'false',
    placeholder: 'Name, path, message' });
  const selects = new Map(filters.map((filter) => [filter.key, select(filter, items, `${section}-${filter.key}`)]));
  const status = make('p', { class: 'status', role: 'status' });
  const list = make('ol', { class: 'items' });
  const earlier = make('button', { type: 'button' }, 'Previous');
  const later = make('button', { type: 'button' }, 'Next');
  const clear = make('button', { type: 'button' }, 'Clear filters');
  const where = make('span', { class: 'where' });
  const pager = make('div', { class: 'pager' }, earlier, where, later);
  let chosen = items;
  let page = 0;

  const asked = () => ({ q: search.value.trim(),
    ...Object.fromEntries([...selects].map(([key, element]) => [key, element.value])) });

  function choose() {
    const wanted = asked();
    const words = wanted.q.toLowerCase().split(/\s+/).filter(isWord);
    const active = filters.filter(({ key }) => isWord(wanted[key]));
    chosen = items.filter((item) => words.every((word) => item.text.includes(word))
      && active.every(({ key, of }) => of(item).includes(wanted[key])));
    clear.disabled = !words.length && !active.length;
    turn(0);
  }

  function turn(to) {
    page = to;
    const first = page * PAGE;
    const shown = chosen.slice(first, first + PAGE);
    const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
    list.replaceChildren(...shown.map(show));
    list.start = first + 1;
    const total = chosen.length === items.length ? counted(items.length, noun, plural)
      : `${number(chosen.length)} of ${counted(items.length, noun, plural)}`;
    status.textContent = shown.length ? `${total}; ${number(first + 1)} to ${number(first + shown.length)} are shown`
      : `${total}; nothing matches`;
    where.textContent = `Page ${number(page + 1)} of ${number(pages)}`;
    earlier.disabled = page === 0;
    later.disabled = page + 1 >= pages;
    pager.hidden = pages === 1;
  }

  function typed() {
    history.replaceState(null, '', filtered(section, asked()));
    choose();
  }

  /** Go to a page with the keyboard's place at its beginning. */
  function go(to) {
    turn(to);
    status.focus();
    status.scrollIntoView({ block: 'start' });
  }

  /** Take over what an address asks for. */
  function set(wanted) {
    search.value = wanted.get('q') || '';
    for (const [key, element] of selects) {
      const value = wanted.get(key) || '';
      if (value && ![...element.options].some((option) => option.value === value)) {
        element.append(make('option', { value }, value));
      }
      element.value = value;
    }
    choose();
  }

  status.tabIndex = -1;
  search.addEventListener('input', typed);
  for (const element of selects.values()) element.addEventListener('change', typed);
  clear.addEventListener('click', () => { set(new URLSearchParams()); typed(); search.focus(); });
  earlier.addEventListener('click', () => go(page - 1));
  later.addEventListener('click', () => go(page + 1));
  const fields = [['Search', search], ...filters.map(({ key, label }) => [label, selects.get(key)])];
  body(section).append(
    make('form', { class: 'filters', role: 'search', 'aria-label': `Filter the ${plural || `${noun}s`}`,
      onsubmit: (event) => event.preventDefault() },
    ...fields.map(([label, element]) => make('label', { for: element.id }, label, element)), clear),
    status, list, pager);
  choose();
  return { set };
}

function select(filter, items, id) {
  const counts = tally(items.flatMap(filter.of));
  return make('select', { id }, make('option', { value: '' }, 'All'),
    ...counts.map(([value, count]) => make('option', { value }, `${value} (${number(count)})`)));
}
