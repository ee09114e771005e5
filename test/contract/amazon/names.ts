/** Splits at whitespace; `sales{1d,7d}` stands for `sales1d` and `sales7d`. */
export function names(list: string): readonly string[] {
  return list
    .split(/\s+/)
    .filter(Boolean)
    .flatMap(word => {
      const [, stem, endings] = /^(\w+)\{(.+)\}$/.exec(word) ?? []
      return endings === undefined ? [word] : endings.split(',').map(ending => `${stem}${ending}`)
    })
}
