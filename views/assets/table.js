// Swaps the table instead of loading the linked page. If the fetch fails, the link is followed.
const currentTable = () => document.querySelector('[data-table]')
const headingOf = page => page.querySelector('[data-table-heading]').outerHTML
// Read before the browser translates the page.
const heading = headingOf(document)
const status = document.querySelector('[data-table-status]')
const currentUrl = () => location.pathname + location.search
// URL of the table shown; `location` may be ahead.
let shown = currentUrl()
let request = new AbortController()
// On back and forward the URL changes before the table.
let isNavigating = false

function cancel() {
  request.abort()
  currentTable().removeAttribute('aria-busy')
}

async function show(address) {
  // The server can stop aggregating the previous table.
  cancel()
  request = new AbortController()
  const { signal } = request
  currentTable().setAttribute('aria-busy', 'true')
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' }, signal })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const table = page.querySelector('[data-table]')
    if (!answer.ok || answer.redirected || !table) throw new Error('no table')
    // Another window may have changed the account, or a sync the days.
    if (headingOf(page) !== heading) throw new Error('another table')
    if (signal.aborted) return false
    currentTable().replaceWith(table)
    status.textContent = table.querySelector('[data-table-count]')?.textContent ?? ''
    return true
  } catch {
    if (signal.aborted) return false
    cancel()
    // Assigning the current URL wouldn't load it again.
    if (address === location.href) location.reload()
    else location.assign(address)
    return false
  }
}

document.addEventListener('click', async event => {
  const link = event.target.closest('[data-table] a[data-table-link]')
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  const name = link.dataset.tableLink
  isNavigating = false
  if (!(await show(link.href))) return
  history.pushState(null, '', link.href)
  shown = currentUrl()
  // Don't move a focus that is elsewhere; one in the old table is lost.
  if (document.activeElement !== document.body) return
  const sameLink = currentTable().querySelector(`a[data-table-link="${name}"]`)
  if (name.startsWith('sort')) sameLink?.focus()
  else currentTable().querySelector('[data-table-start]')?.focus()
})

addEventListener('popstate', async () => {
  // Back at the table shown, or an anchor: a sort in progress continues.
  if (currentUrl() === shown) {
    if (isNavigating) cancel()
    return
  }
  isNavigating = true
  const isInTable = currentTable().contains(document.activeElement)
  if (!(await show(location.href))) return
  shown = currentUrl()
  if (isInTable) currentTable().querySelector('[data-table-start]')?.focus()
})

// A new table would discard filter input.
document.addEventListener('input', event => {
  if (currentTable().contains(event.target)) cancel()
})
// Browsers may abort a fetch on leaving: the link must not be followed then.
addEventListener('beforeunload', cancel)
