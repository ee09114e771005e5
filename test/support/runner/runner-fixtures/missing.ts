await import(new URL('no-such-file.js', import.meta.url).href)
