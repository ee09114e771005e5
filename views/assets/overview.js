// Refetches the page and swaps the changed parts. `x-refresh` marks this as no activity: the session expires as usual.
const every = 15_000
const patience = 10_000
const told = document.querySelector('[data-refreshing-told]')
const trouble = document.querySelector('[data-refreshing-trouble]')
const pause = document.querySelector('[data-refreshing-pause]')

let failures = 0
let isPaused = false
let isOver = false
let timer

function next() {
  clearTimeout(timer)
  if (!document.hidden && !isPaused && !isOver) timer = setTimeout(refresh, every)
}

async function refresh() {
  clearTimeout(timer)
  try {
    const answer = await fetch(location.pathname, {
      cache: 'no-store',
      headers: { accept: 'text/html', 'x-refresh': 'script' },
      signal: AbortSignal.timeout(patience),
    })
    if (answer.redirected) return end()
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    if (!isPaused) show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
    failures = 0
    trouble.hidden = true
  } catch {
    failures += 1
    // Ignore one failure; report the second.
    if (failures === 2) tell('Refresh failed. Retrying.')
  }
  next()
}

// Signing in again leads back here.
function end() {
  isOver = true
  pause.hidden = true
  tell('Signed out. This page no longer refreshes. ')
  const link = document.createElement('a')
  link.href = location.pathname
  link.textContent = 'Sign in'
  trouble.append(link)
}

function tell(sentence) {
  trouble.textContent = sentence
  trouble.hidden = false
}

function show(fresh) {
  for (const part of document.querySelectorAll('[data-swap]')) {
    const newer = fresh.getElementById(part.id)
    if (newer && !isMarked(part) && !newer.isEqualNode(bare(part))) swap(part, newer)
  }
}

// The reader may be about to copy it.
function isMarked(part) {
  const marked = getSelection()
  return marked && !marked.isCollapsed && marked.containsNode(part, true)
}

// The server doesn't know what the reader opened.
function bare(part) {
  const copy = part.cloneNode(true)
  for (const opened of copy.querySelectorAll('details[open]')) opened.removeAttribute('open')
  return copy
}

function swap(part, newer) {
  const places = [...part.querySelectorAll('.table-scroll')].map(({ scrollTop, scrollLeft }) => [
    scrollTop,
    scrollLeft,
  ])
  const focused = part.contains(document.activeElement) ? placeOf(part, document.activeElement) : null
  for (const { id } of part.querySelectorAll('details[open]')) {
    newer.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '')
  }
  if (part.dataset.told !== newer.dataset.told) told.textContent = newer.dataset.told
  part.replaceWith(newer)
  newer.querySelectorAll('.table-scroll').forEach((scroll, at) => {
    scroll.scrollTo({ top: places[at]?.[0] ?? 0, left: places[at]?.[1] ?? 0, behavior: 'instant' })
  })
  if (focused) find(newer, focused)?.focus({ preventScroll: true })
}

const focusable = 'a[href], summary, [tabindex]'

// The same link, else the element in the same position.
function placeOf(part, element) {
  const at = [...part.querySelectorAll(focusable)].indexOf(element)
  return { href: element.getAttribute('href'), at }
}

function find(part, { href, at }) {
  const all = [...part.querySelectorAll(focusable)]
  const here = all[at]
  if (at < 0) return part
  if (href === null || here?.getAttribute('href') === href) return here
  return all.find(element => element.getAttribute('href') === href) ?? here
}

pause.hidden = false
pause.addEventListener('click', () => {
  isPaused = !isPaused
  pause.textContent = isPaused ? 'Resume refreshing' : 'Pause refreshing'
  if (isPaused) clearTimeout(timer)
  else void refresh()
})

document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer)
  else if (!isPaused && !isOver) void refresh()
})

next()
