// Sorts a table and turns its pages without a reload: the page that a link leads to is fetched, and its table put in the
// place of this one. The address and the way back are those of the link; where fetching fails, the link is followed.
const place = () => document.querySelector('[data-table]')
const headingOf = page => page.querySelector('[data-table-heading]').outerHTML
// As it came: a browser that translates the page changes it.
const heading = headingOf(document)
const told = document.querySelector('[data-table-told]')
const here = () => location.pathname + location.search
// Whose table stands here: the address is another's while one is fetched for it.
let shown = here()
let asking = new AbortController()
// Through what was looked at before; otherwise by a link, whose address becomes the page's when its table is there.
let isTravelling = false

function giveUp() {
  asking.abort()
  place().removeAttribute('aria-busy')
}

async function show(address) {
  // Nobody waits for the one before any more, and the server need not go on adding it up.
  giveUp()
  asking = new AbortController()
  const { signal } = asking
  place().setAttribute('aria-busy', 'true')
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' }, signal })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const table = page.querySelector('[data-table]')
    if (!answer.ok || answer.redirected || !table) throw new Error('no table')
    // Another window may look at another account by now, and a night may have brought other days.
    if (headingOf(page) !== heading) throw new Error('a table of something else')
    if (signal.aborted) return false
    place().replaceWith(table)
    told.textContent = table.querySelector('[data-table-count]')?.textContent ?? ''
    return true
  } catch {
    if (signal.aborted) return false
    giveUp()
    // To where we are already no way leads that asks for it anew.
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
  // Whoever writes elsewhere meanwhile goes on writing there; what was in the table has gone with it.
  if (document.activeElement !== document.body) return
  const again = place().querySelector(`a[data-table-way="${way}"]`)
  if (way.startsWith('sort')) again?.focus()
  else place().querySelector('[data-table-start]')?.focus()
})

addEventListener('popstate', async () => {
  // Back at what is shown, or somewhere inside the page, as by a skip link: that is no other table, and whoever sorts it goes on.
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

// What is typed into the filter would go with the table.
document.addEventListener('input', event => {
  if (place().contains(event.target)) giveUp()
})
// A browser may end what is fetched before it goes elsewhere: the link must not be followed instead.
addEventListener('beforeunload', giveUp)
