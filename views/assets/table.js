// Sorts a table and turns its pages without a reload: the page that a link leads to is fetched, and its table put in the
// place of this one. The address and the way back are those of the link; where fetching fails, the link is followed.
const place = () => document.querySelector('[data-table]')
const told = document.querySelector('[data-table-told]')
let asking = new AbortController()

async function show(address) {
  // Nobody waits for the one before any more, and the server need not go on adding it up.
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  place().setAttribute('aria-busy', 'true')
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' }, signal })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const table = page.querySelector('[data-table]')
    if (!answer.ok || answer.redirected || !table) throw new Error('no table')
    if (signal.aborted) return false
    place().replaceWith(table)
    told.textContent = table.querySelector('[data-table-count]')?.textContent ?? ''
    return true
  } catch {
    if (!signal.aborted) location.assign(address)
    return false
  }
}

document.addEventListener('click', async event => {
  const link = event.target.closest('[data-table] a[data-table-way]')
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  const way = link.dataset.tableWay
  if (!(await show(link.href))) return
  history.pushState(null, '', link.href)
  const again = place().querySelector(`a[data-table-way="${way}"]`)
  if (way.startsWith('sort')) again?.focus()
  else place().querySelector('[data-table-start]')?.focus()
})

addEventListener('popstate', () => {
  // Somewhere inside the page, as by a skip link, is no other table.
  if (location.hash === '') void show(location.href)
})
