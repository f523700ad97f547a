// Findings by owner and by folder.

const BARS = 12;

function places() {
  const { findings, owners, paths } = contents;
  if (!findings.length) {
    body('places').append(empty('There are no findings.'));
    return;
  }
  const byOwner = grouped(findings, (row) => ownersOf(row[1]));
  const byFolder = grouped(findings, (row) => [folderOf(paths[row[1]])]);
  if (owners) {
    body('places').append(make('div', {}, make('h3', {}, 'By owner'),
      make('p', { class: 'status' }, 'As CODEOWNERS has it; a file with several owners counts for each.'),
      ...placeParts(byOwner, 'Owner', 'owner')));
  } else {
    body('places').append(make('p', { class: 'status' }, 'There is no CODEOWNERS file, so there are figures by folder alone.'));
  }
  body('places').append(make('div', {}, make('h3', {}, 'By folder'),
    make('p', { class: 'status' }, 'By the first two folders of the path.'), ...placeParts(byFolder, 'Folder', 'folder')));
  for (const container of body('places').querySelectorAll('.chart')) {
    drawPlaces(container, (container.dataset.by === 'owner' ? byOwner : byFolder).slice(0, BARS));
  }
}

/** Rows of name, findings, files; the most findings first. */
function grouped(findings, of) {
  const files = new Map();
  for (const row of findings) {
    for (const name of of(row)) {
      if (!files.has(name)) files.set(name, new Set());
      files.get(name).add(row[1]);
    }
  }
  return tally(findings.flatMap(of)).map(([name, count]) => [name, count, files.get(name).size]);
}

function placeParts(rows, heading, by) {
  const chart = figure(`Findings by ${by}; the table below has the figures`);
  chart.dataset.by = by;
  const linked = ([name, ...figures]) => [make('a', { href: filtered('findings', { [by]: name }) }, breakable(name)), ...figures];
  const columns = [[heading, ''], ['Findings', 'number'], ['Files', 'number']];
  const parts = [chart, table(`Findings by ${by}`, columns, rows.slice(0, BARS).map(linked))];
  if (rows.length > BARS) {
    parts.push(make('details', {}, make('summary', {}, `${number(rows.length - BARS)} more`),
      table(`More findings by ${by}`, columns, rows.slice(BARS).map(linked))));
  }
  return parts;
}

function drawPlaces(container, rows) {
  return draw(container, {
    data: { values: rows.map(([name, findings, files]) => ({ name, findings, files })) },
    height: 30 + 20 * rows.length, mark: { type: 'bar', color: 'var(--accent)', cornerRadiusEnd: 2, height: { band: 0.7 } },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { ticks: false, domain: false, labelLimit: 220 } },
      x: { field: 'findings', type: 'quantitative', title: 'findings', axis: { format: ',d', tickCount: 4, tickMinStep: 1 } },
      tooltip: [{ field: 'name' }, { field: 'findings' }, { field: 'files' }],
    },
  });
}
