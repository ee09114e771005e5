// Turns the picker into a modal with search, arrow keys and countdown.
const dialog = document.querySelector('[data-picker]')
const list = dialog.querySelector('[data-picker-list]')
const status = dialog.querySelector('[data-picker-status]')

function openAsModal() {
  dialog.open = false
  dialog.showModal()
}

function enableClosing() {
  const resume = document.querySelector('[data-picker-resume]')
  const close = dialog.querySelector('[data-picker-close]')
  close.hidden = false
  close.addEventListener('click', () => dialog.close())
  resume.addEventListener('click', () => dialog.showModal())
  dialog.addEventListener('close', () => {
    resume.hidden = false
    resume.focus()
  })
}

const normalise = text =>
  text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()

const selectableButtons = () => [...list.querySelectorAll('li:not([hidden]) > button:not(:disabled)')]

// The list is one Tab stop.
function setTabStop(current = selectableButtons()[0]) {
  for (const button of list.querySelectorAll('button')) button.tabIndex = button === current ? 0 : -1
}

function moveByKey(event) {
  const buttons = selectableButtons()
  const at = buttons.indexOf(document.activeElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
  if (to === undefined || at < 0) return
  event.preventDefault()
  const next = buttons[Math.max(0, Math.min(buttons.length - 1, to))]
  setTabStop(next)
  next.focus()
}

function enableSearch() {
  const box = dialog.querySelector('[data-picker-search]')
  if (!box) return
  const input = box.querySelector('input')
  const count = box.querySelector('[data-picker-count]')
  // A profile id matches only from its start: digits would match too often.
  const rows = [...list.children].map(row => {
    const id = row.querySelector('button').value
    return { row, id, text: normalise(row.textContent).replace(id, '') }
  })
  const number = new Intl.NumberFormat(document.documentElement.lang)
  const all = `${number.format(rows.length)} profiles`
  let announceTimer

  count.textContent = all

  input.addEventListener('input', () => {
    const wanted = normalise(input.value).split(/\s+/).filter(Boolean)
    let shown = 0
    for (const { row, id, text } of rows) {
      row.hidden = !wanted.every(word => text.includes(word) || id.startsWith(word))
      if (!row.hidden) shown += 1
    }
    dialog.querySelector('[data-picker-none]').hidden = shown > 0
    count.textContent = wanted.length ? `${number.format(shown)} of ${number.format(rows.length)}` : all
    setTabStop()
    clearTimeout(announceTimer)
    announceTimer = setTimeout(() => {
      status.textContent = `${number.format(shown)} of ${all} match`
    }, 600)
  })
  input.addEventListener('keydown', event => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
    event.preventDefault()
    selectableButtons()[0]?.focus()
  })
  box.hidden = false
}

function countDown() {
  const line = dialog.querySelector('[data-expires]')
  const text = line.querySelector('[data-expiry-text]')
  const end = new Date(line.dataset.expires)
  const time = end.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
  for (const shown of document.querySelectorAll('[data-local-time]')) shown.textContent = time

  // The browser's clock is ahead: keep the server's text.
  if (end <= Date.now()) return

  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000)
    if (seconds <= 0) return location.reload()
    const minutes = Math.ceil(seconds / 60)
    const left = seconds > 120 ? `${minutes} minutes` : `${seconds} seconds`
    text.textContent = `You have ${left} to choose, until ${time}`
    if (seconds <= 300 && !('soon' in line.dataset)) {
      line.dataset.soon = ''
      status.textContent = `You have ${left} to choose. After that, you need to connect again.`
    }
    setTimeout(tick, seconds > 120 ? 1000 * (seconds % 60 || 60) : 1000)
  }
  tick()
}

openAsModal()
enableClosing()
if (list) {
  setTabStop()
  list.addEventListener('keydown', moveByKey)
  enableSearch()
}
countDown()
