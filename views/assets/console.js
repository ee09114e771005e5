// Keyboard shortcuts, and what the server can't know: the reader's time zone and clipboard.
const rows = () => [...document.querySelectorAll('[data-row]')]
const isTyping = ({ target }) => target.closest('input, select, textarea, [contenteditable]') !== null

const goTo = row => {
  const link = row.querySelector('a[href]:not([href*="#"])') ?? row
  link.focus()
  row.scrollIntoView({ block: 'nearest' })
}

const moveBy = step => {
  const all = rows()
  const current = all.findIndex(row => row.contains(document.activeElement))
  const next = all[current < 0 ? (step > 0 ? 0 : all.length - 1) : current + step]
  if (next) goTo(next)
}

const keys = {
  '/': () => {
    const field = document.querySelector('input[type="search"]')
    if (field) field.select()
    else location.assign('/admin/cases#q')
  },
  j: () => moveBy(1),
  k: () => moveBy(-1),
  '?': () => dialog.showModal(),
}

// Can be turned off, for speech input and stray keystrokes (WCAG 2.1.4).
const dialog = document.querySelector('[data-keys]')
const enabled = dialog.querySelector('[data-keys-on]')
enabled.checked = localStorage.getItem('console keys') !== 'off'
enabled.addEventListener('change', () => localStorage.setItem('console keys', enabled.checked ? 'on' : 'off'))
const opener = document.querySelector('[data-keys-open]')
opener.hidden = false
opener.addEventListener('click', () => dialog.showModal())
dialog.querySelector('[data-keys-close]').addEventListener('click', () => dialog.close())

document.addEventListener('keydown', event => {
  const action = keys[event.key]
  if (!action || !enabled.checked || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
  if (document.querySelector('dialog[open]')) return
  event.preventDefault()
  action()
})

// Opens the linked tool at its first empty field; dates are filled in.
const openLinkedTool = () => {
  const tool = document.getElementById(location.hash.slice(1))
  if (tool?.tagName !== 'DETAILS') return
  tool.open = true
  const fields = [...tool.querySelectorAll('input:not([type=hidden])')]
  const field = fields.find(({ value }) => value === '') ?? fields[0]
  field.focus()
}
addEventListener('hashchange', openLinkedTool)
openLinkedTool()

const localFormat = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: 'medium',
  timeStyle: 'long',
})
for (const time of document.querySelectorAll('[data-local-zone]')) {
  time.title = `Here: ${localFormat.format(new Date(time.dateTime))}`
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) continue
  button.hidden = false
  const label = button.textContent
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

for (const button of document.querySelectorAll('[data-fill]')) {
  const field = document.getElementById(button.dataset.fill)
  if (!field) continue
  button.hidden = false
  button.addEventListener('click', () => {
    const text = document.getElementById(button.dataset.from).textContent
    field.value = [field.value.trim(), text].filter(Boolean).join('\n\n')
    field.focus()
  })
}
