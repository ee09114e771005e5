// A notice is news once: the page's address loses it, so that a reload or a bookmark does not tell it again.
const address = new URL(location)
for (const name of ['notice', 'ref']) address.searchParams.delete(name)
if (address.href !== location.href) history.replaceState(history.state, '', address)
