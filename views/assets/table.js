// Swaps the table instead of loading the linked page. If the fetch fails, the link is followed.
const place = () => document.querySelector('[data-table]')
const headingOf = page => page.querySelector('[data-table-heading]').outerHTML
// Read before the browser translates the page.
const heading = headingOf(document)
const told = document.querySelector('[data-table-told]')
const here = () => location.pathname + location.search
// URL of the table shown; `location` may be ahead.
let shown = here()
let asking = new AbortController()
// On back and forward the URL changes before the table.
let isTravelling = false

function giveUp() {
  asking.abort()
  place().removeAttribute('aria-busy')
}

async function show(address) {
  // The server can stop aggregating the previous table.
  giveUp()
  asking = new AbortController()
  const { signal } = asking
  place().setAttribute('aria-busy', 'true')
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' }, signal })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const table = page.querySelector('[data-table]')
    if (!answer.ok || answer.redirected || !table) throw new Error('no table')
    // Another window may have changed the account, or a sync the days.
    if (headingOf(page) !== heading) throw new Error('a table of something else')
    if (signal.aborted) return false
    place().replaceWith(table)
    told.textContent = table.querySelector('[data-table-count]')?.textContent ?? ''
    return true
  } catch {
    if (signal.aborted) return false
    giveUp()
    // Assigning the current URL wouldn't load it again.
    if (address === location.href) location.reload()
    else location.assign(address)
    return false
  }
}

document.addEventListener('click', async event => {
  const link = event.target.closest('[data-table] a[data-table-way]')
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  const way = link.dataset.tableWay
  isTravelling = false
  if (!(await show(link.href))) return
  history.pushState(null, '', link.href)
  shown = here()
  // Don't move a focus that is elsewhere; one in the old table is lost.
  if (document.activeElement !== document.body) return
  const again = place().querySelector(`a[data-table-way="${way}"]`)
  if (way.startsWith('sort')) again?.focus()
  else place().querySelector('[data-table-start]')?.focus()
})

addEventListener('popstate', async () => {
  // Back at the table shown, or an anchor: a sort in progress continues.
  if (here() === shown) {
    if (isTravelling) giveUp()
    return
  }
  isTravelling = true
  const isInTable = place().contains(document.activeElement)
  if (!(await show(location.href))) return
  shown = here()
  if (isInTable) place().querySelector('[data-table-start]')?.focus()
})

// A new table would discard filter input.
document.addEventListener('input', event => {
  if (place().contains(event.target)) giveUp()
})
// Browsers may abort a fetch on leaving: the link must not be followed then.
addEventListener('beforeunload', giveUp)
