// Polls the sync's status, updates the page in place, and reloads it at the end.
const page = document.querySelector('[data-waiting]')
const status = page.querySelector('[data-waiting-status]')
const errorText = page.querySelector('[data-waiting-error]')
const stateTexts = { done: 'done', current: 'in progress', waiting: 'not started', failed: 'failed' }

let etag
let failures = 0
let timer

function next(seconds) {
  clearTimeout(timer)
  if (!document.hidden) timer = setTimeout(poll, seconds * 1000)
}

async function poll() {
  try {
    const response = await fetch(page.dataset.statusUrl, {
      cache: 'no-store',
      headers: { accept: 'application/json', ...(etag && { 'if-none-match': etag }) },
      signal: AbortSignal.timeout(15_000),
    })
    if (response.status === 401 || response.status === 404) return location.reload()
    if (response.status !== 304 && !response.ok) throw new Error(`status ${response.status}`)
    failures = 0
    errorText.hidden = true
    if (response.status === 200) {
      etag = response.headers.get('etag')
      await show(await response.json())
    } else {
      announce()
    }
    next(Number(page.dataset.pollSeconds))
  } catch {
    failures += 1
    errorText.hidden = failures < 2
    announce()
    next(Math.min(300, Number(page.dataset.pollSeconds) * 2 ** Math.min(failures - 1, 4)))
  }
}

async function show({ stage, stages, reports, nextPollSeconds }) {
  if (stage === 'ready' || stage === 'failed') {
    if (!isWriting() && !isLeaving()) return location.reload()
    // Without an ETag the next answer is complete, and this is checked again.
    etag = undefined
    return
  }
  if (nextPollSeconds) page.dataset.pollSeconds = nextPollSeconds
  for (const { name, state } of stages) {
    const item = page.querySelector(`[data-stage-name="${CSS.escape(name)}"]`)
    item.dataset.state = state
    if (state === 'current') item.setAttribute('aria-current', 'step')
    else item.removeAttribute('aria-current')
    item.querySelector('[data-state-text]').textContent = ` – ${stateTexts[state]}`
  }
  const bar = page.querySelector('[data-reports-bar]')
  bar.dataset.total = reports.total
  bar.max = Math.max(1, reports.total)
  bar.value = reports.done
  announce()
  await refreshTexts()
}

// A reload would discard a message to support.
function isWriting() {
  return Boolean(document.querySelector('[data-help] textarea')?.value.trim())
}

// A reload would cancel a navigation. It may also end here, like a download.
let leftAt = Number.NEGATIVE_INFINITY
addEventListener('beforeunload', () => {
  leftAt = performance.now()
})
function isLeaving() {
  return performance.now() - leftAt < 30_000
}

function progressText() {
  const stage = page.querySelector('[data-stage-name][data-state="current"]')?.dataset.stageName
  const bar = page.querySelector('[data-reports-bar]')
  const reports = bar && bar.dataset.total !== '0' ? `${bar.value} of ${bar.dataset.total} reports done` : ''
  return [stage, reports].filter(Boolean).join(': ')
}

let announced = progressText()

// Announces only changes, without the estimate, which changes with every answer.
function announce() {
  const sentence = errorText.hidden ? progressText() : errorText.textContent
  if (sentence !== announced) status.textContent = sentence
  announced = sentence
}

// The server's own texts come with the page; only what changed is swapped.
async function refreshTexts() {
  const response = await fetch(location.href, { signal: AbortSignal.timeout(15_000) }).catch(() => undefined)
  if (!response?.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of page.querySelectorAll('[data-swap]')) {
    const newer = fresh.getElementById(part.id)
    if (newer && !newer.isEqualNode(part) && !part.contains(document.activeElement)) part.replaceWith(newer)
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer)
  else void poll()
})

if (!['ready', 'failed'].includes(page.dataset.stage)) next(Number(page.dataset.pollSeconds))
