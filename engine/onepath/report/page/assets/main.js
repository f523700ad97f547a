// Draw all sections, then follow what the address asks for: `#findings?rule=shim&q=name`.

themed();
summary();
symbols();
phases();
acceptance();
timeline();
places();
const listings = { refusals: refusals(), findings: findings() };

function follow() {
  const [section, asked] = location.hash.slice(1).split('?');
  if (asked === undefined || !listings[section]) return;
  listings[section].set(new URLSearchParams(asked));
  const place = document.getElementById(section);
  place.scrollIntoView({ block: 'start' });
  place.querySelector('.status').focus({ preventScroll: true });
}

window.addEventListener('hashchange', follow);
follow();
document.documentElement.dataset.ready = 'yes';
