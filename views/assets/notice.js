// A reload or a bookmark must not repeat the notice.
const address = new URL(location)
for (const name of ['notice', 'ref']) address.searchParams.delete(name)
if (address.href !== location.href) history.replaceState(history.state, '', address)
