// Keyboard shortcuts, and what the server can't know: the reader's time zone and clipboard.
const rows = () => [...document.querySelectorAll('[data-row]')]
const isTyping = ({ target }) => target.closest('input, select, textarea, [contenteditable]') !== null

const goTo = row => {
  const link = row.querySelector('a[href]:not([href*="#"])') ?? row
  link.focus()
  row.scrollIntoView({ block: 'nearest' })
}

const walk = step => {
  const all = rows()
  const here = all.findIndex(row => row.contains(document.activeElement))
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step]
  if (next) goTo(next)
}

const keys = {
  '/': () => {
    const field = document.querySelector('input[type="search"]')
    if (field) field.select()
    else location.assign('/admin/cases#q')
  },
  j: () => walk(1),
  k: () => walk(-1),
  '?': () => list.showModal(),
}

// Can be turned off, for speech input and stray keystrokes (WCAG 2.1.4).
const list = document.querySelector('[data-keys]')
const areOn = list.querySelector('[data-keys-on]')
areOn.checked = localStorage.getItem('console keys') !== 'off'
areOn.addEventListener('change', () => localStorage.setItem('console keys', areOn.checked ? 'on' : 'off'))
const opener = document.querySelector('[data-keys-open]')
opener.hidden = false
opener.addEventListener('click', () => list.showModal())
list.querySelector('[data-keys-close]').addEventListener('click', () => list.close())

document.addEventListener('keydown', event => {
  const act = keys[event.key]
  if (!act || !areOn.checked || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
  if (document.querySelector('dialog[open]')) return
  event.preventDefault()
  act()
})

// Opens the linked tool at its first empty field; dates are filled in.
const openNamed = () => {
  const tool = document.getElementById(location.hash.slice(1))
  if (tool?.tagName !== 'DETAILS') return
  tool.open = true
  const fields = [...tool.querySelectorAll('input:not([type=hidden])')]
  const field = fields.find(({ value }) => value === '') ?? fields[0]
  field.focus()
}
addEventListener('hashchange', openNamed)
openNamed()

const own = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'long' })
for (const time of document.querySelectorAll('[data-own-zone]')) {
  time.title = `Here: ${own.format(new Date(time.dateTime))}`
}

for (const button of document.querySelectorAll('[data-copies]')) {
  if (!navigator.clipboard) continue
  button.hidden = false
  const label = button.textContent
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent)
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

for (const button of document.querySelectorAll('[data-fills]')) {
  const field = document.getElementById(button.dataset.fills)
  if (!field) continue
  button.hidden = false
  button.addEventListener('click', () => {
    const words = document.getElementById(button.dataset.from).textContent
    field.value = [field.value.trim(), words].filter(Boolean).join('\n\n')
    field.focus()
  })
}
