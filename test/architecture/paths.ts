import type { Import } from './rules.ts'

/** The lists of files in docs/architecture.md, by heading. */
export function pathsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = text.split(/^## /m).slice(1)
  return new Map(
    sections.map(section => [
      section.split('\n', 1)[0] ?? '',
      [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file),
    ]),
  )
}

/**
 * Returns the files of a path that nothing connects with an earlier one: no import in either direction, and no port or
 * other file that both import.
 */
export function unconnected(path: readonly string[], imports: readonly Import[]): string[] {
  const targetsOf = (file: string) =>
    new Set([file, ...imports.filter(each => each.file === file).map(({ target }) => target)])
  return path.filter((file, at) => {
    const own = targetsOf(file)
    return (
      at > 0 && !path.slice(0, at).some(earlier => [...targetsOf(earlier)].some(target => own.has(target)))
    )
  })
}
