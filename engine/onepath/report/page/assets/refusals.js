// The places that phases leave alone, by reason.

function refusals() {
  const { plan, paths } = contents;
  if (!contents.refusals.length) {
    body('refusals').append(empty(plan ? 'No phase leaves a place alone.' : 'No phase is planned.'));
    return null;
  }
  const items = contents.refusals.map(([phase, code, path, line, reason, waits]) => ({
    phase: plan.phases[phase].name, code, path, line, reason, waits,
    text: `${code} ${paths[path]} ${reason} ${waits}`.toLowerCase(),
  }));
  body('refusals').append(refusalTable(items));
  return listing({
    section: 'refusals', noun: 'place', items,
    filters: [
      { key: 'waits', label: 'Waits for', of: (item) => [item.waits] },
      { key: 'code', label: 'Reason', of: (item) => [item.code] },
      { key: 'phase', label: 'Phase', of: (item) => [item.phase] },
      ...placeFilters(),
    ],
    show: (item) => make('li', { class: 'item' },
      make('p', { class: 'item-head' }, located(item.path, item.line), make('span', { class: 'tag' }, item.code),
        make('span', { class: 'quiet' }, item.phase)),
      make('p', {}, item.reason)),
  });
}

/** A row for each reason, in the order of what they wait for, with a column for each phase that has any. */
function refusalTable(items) {
  const names = contents.plan.phases.map((phase) => phase.name).filter((name) => items.some((item) => item.phase === name));
  const rows = tally(items.map((item) => item.waits)).flatMap(([waits]) => {
    const waiting = items.filter((item) => item.waits === waits);
    return tally(waiting.map((item) => item.code)).map(([code, count]) => [
      make('a', { href: filtered('refusals', { waits, code }) }, code),
      make('a', { href: filtered('refusals', { waits }) }, waits), count,
      ...names.map((name) => waiting.filter((item) => item.code === code && item.phase === name).length || ''),
    ]);
  });
  return table('Places left alone, by what they wait for and by reason',
    [['Reason', ''], ['Waits for', ''], ['Places', 'number'], ...names.map((name) => [name, 'number'])], rows);
}

const located = (path, line) => make('code', { class: 'place' },
  breakable(line ? `${contents.paths[path]}:${line}` : contents.paths[path]));

/** Filters by owner, where the repository declares any, and by folder. */
function placeFilters() {
  const folder = { key: 'folder', label: 'Folder', of: (item) => [folderOf(contents.paths[item.path])] };
  return contents.owners ? [{ key: 'owner', label: 'Owner', of: (item) => ownersOf(item.path) }, folder] : [folder];
}
