// Closes <details> menus like real menus.
const open = 'details[data-menu][open]'

document.addEventListener('keydown', event => {
  const menu = event.target.closest(open)
  if (event.key !== 'Escape' || !menu) return
  menu.open = false
  menu.querySelector('summary').focus()
})

document.addEventListener('focusout', ({ target, relatedTarget }) => {
  const menu = target.closest(open)
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false
})

document.addEventListener('pointerdown', ({ target }) => {
  for (const menu of document.querySelectorAll(open)) if (!menu.contains(target)) menu.open = false
})
