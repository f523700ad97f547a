// What the address asks for: `#findings?rule=shim&q=name`.

/** Show what the address asks of the listings, by section, now and when it changes; then the page is ready. */
function followed(listings) {
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
}
