// Refetches the page and swaps the changed parts. `x-refresh` marks this as no activity: the session expires as usual.
const interval = 15_000
const timeout = 10_000
const announcer = document.querySelector('[data-refresh-status]')
const errorText = document.querySelector('[data-refresh-error]')
const pause = document.querySelector('[data-refresh-pause]')

let failures = 0
let isPaused = false
let isSignedOut = false
let timer

function next() {
  clearTimeout(timer)
  if (!document.hidden && !isPaused && !isSignedOut) timer = setTimeout(refresh, interval)
}

async function refresh() {
  clearTimeout(timer)
  try {
    const answer = await fetch(location.pathname, {
      cache: 'no-store',
      headers: { accept: 'text/html', 'x-refresh': 'script' },
      signal: AbortSignal.timeout(timeout),
    })
    if (answer.redirected) return endRefreshing()
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    if (!isPaused) show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
    failures = 0
    errorText.hidden = true
  } catch {
    failures += 1
    // Ignore one failure; report the second.
    if (failures === 2) showError('Refresh failed. Retrying.')
  }
  next()
}

// After signing in again, the user returns to this page.
function endRefreshing() {
  isSignedOut = true
  pause.hidden = true
  showError('Signed out. This page no longer refreshes. ')
  const link = document.createElement('a')
  link.href = location.pathname
  link.textContent = 'Sign in'
  errorText.append(link)
}

function showError(sentence) {
  errorText.textContent = sentence
  errorText.hidden = false
}

function show(fresh) {
  for (const part of document.querySelectorAll('[data-swap]')) {
    const newer = fresh.getElementById(part.id)
    if (newer && !isSelected(part) && !newer.isEqualNode(withoutOpenState(part))) swap(part, newer)
  }
}

// The reader may be about to copy it.
function isSelected(part) {
  const selection = getSelection()
  return selection && !selection.isCollapsed && selection.containsNode(part, true)
}

// The server doesn't know which details the reader opened.
function withoutOpenState(part) {
  const copy = part.cloneNode(true)
  for (const opened of copy.querySelectorAll('details[open]')) opened.removeAttribute('open')
  return copy
}

function swap(part, newer) {
  const scrollPositions = [...part.querySelectorAll('.table-scroll')].map(({ scrollTop, scrollLeft }) => [
    scrollTop,
    scrollLeft,
  ])
  const focused = part.contains(document.activeElement) ? positionOf(part, document.activeElement) : null
  for (const { id } of part.querySelectorAll('details[open]')) {
    newer.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '')
  }
  if (part.dataset.summary !== newer.dataset.summary) announcer.textContent = newer.dataset.summary
  part.replaceWith(newer)
  newer.querySelectorAll('.table-scroll').forEach((scroll, at) => {
    scroll.scrollTo({
      top: scrollPositions[at]?.[0] ?? 0,
      left: scrollPositions[at]?.[1] ?? 0,
      behavior: 'instant',
    })
  })
  if (focused) find(newer, focused)?.focus({ preventScroll: true })
}

const focusable = 'a[href], summary, [tabindex]'

// The same link, else the element in the same position.
function positionOf(part, element) {
  const at = [...part.querySelectorAll(focusable)].indexOf(element)
  return { href: element.getAttribute('href'), at }
}

function find(part, { href, at }) {
  const all = [...part.querySelectorAll(focusable)]
  const candidate = all[at]
  if (at < 0) return part
  if (href === null || candidate?.getAttribute('href') === href) return candidate
  return all.find(element => element.getAttribute('href') === href) ?? candidate
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
  else if (!isPaused && !isSignedOut) void refresh()
})

next()
