const told = new Set<string>()

/** Says once on which server a suite runs: a pass on a stand-in is not a pass on the real thing. */
export function tellServer(what: string, which: string): void {
  if (told.has(what)) return
  told.add(what)
  process.stderr.write(`  ${what}: ${which}\n`)
}
