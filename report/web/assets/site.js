// What the pages do better with JavaScript. All of it works without.
'use strict';

// A choice is shown at once. Keyboards walk through the options of a select with
// each key, so that it waits until they have settled.
for (const form of document.querySelectorAll('form.choices:not(.compare)')) {
  let timer;
  form.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), 400);
  });
  form.classList.add('live');
}

// No more bodies can be ticked than can be compared.
for (const form of document.querySelectorAll('form.compare')) {
  const boxes = [...form.querySelectorAll('input[type=checkbox]')];
  const limit = () => {
    const full = boxes.filter((box) => box.checked).length >= Number(form.dataset.most);
    for (const box of boxes) box.disabled = full && !box.checked;
  };
  form.addEventListener('change', limit);
  limit();
}

// Addresses carry no choice that was not made.
for (const form of document.querySelectorAll('form.choices')) {
  form.addEventListener('submit', () => {
    for (const select of form.querySelectorAll('select')) select.disabled = select.value === '';
  });
}
window.addEventListener('pageshow', () => {
  for (const select of document.querySelectorAll('form.choices select')) select.disabled = false;
});

// A permanent link is copied by one click.
for (const link of document.querySelectorAll('a.permanent')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = link.dataset.copy;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(link.href);
    button.textContent = link.dataset.copied;
  });
  link.after(' ', button);
}

// Details are open on paper.
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
