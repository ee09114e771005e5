// Makes the top bar's <details> menus close as menus do: on Escape, on a click elsewhere, when the focus leaves.
const menus = document.querySelectorAll('details[data-menu]')

for (const menu of menus) {
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !menu.open) return
    menu.open = false
    menu.querySelector('summary').focus()
  })
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false
  })
}

document.addEventListener('pointerdown', ({ target }) => {
  for (const menu of menus) if (!menu.contains(target)) menu.open = false
})
