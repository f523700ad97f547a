// Light or dark as the system is, until the reader chooses.

const dark = window.matchMedia('(prefers-color-scheme: dark)');

function themed() {
  const button = document.getElementById('theme');
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
  const say = () => { button.textContent = isDark() ? 'Light colours' : 'Dark colours'; };
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    say();
  });
  dark.addEventListener('change', say);
  say();
}
