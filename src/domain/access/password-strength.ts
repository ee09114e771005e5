/** The rank of a common password in lower case, 1 for the most common; null when it isn't listed. */
export type RankOf = (text: string) => number | null

/** A moderate estimate, because an account accepts only few wrong passwords. */
export const minGuessesLog10 = 8
/** Scoring a longer text would take too long; the rest can only make it harder to guess. */
const maxScoredCharacters = 64
/** Longer common passwords consist of shorter ones. */
const maxPieceLength = 20
/** A guesser tries listed passwords in both spellings. */
const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '8': 'b',
  '3': 'e',
  '9': 'g',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/**
 * Returns the logarithm of the guesses that find the text, for a guesser who first combines the given words, common
 * passwords, sequences and repetitions. The model is that of zxcvbn (Wheeler, USENIX Security 2016).
 */
export function guessesLog10(text: string, words: ReadonlySet<string>, rankOf: RankOf): number {
  const characters = [...text].slice(0, maxScoredCharacters)
  const pieceCost = (start: number, end: number): number => {
    const piece = characters.slice(start, end).join('')
    const plain = piece.replace(/./gu, character => lookalikes[character] ?? character)
    if (words.has(piece) || words.has(plain)) return 0
    const before = characters.slice(Math.max(0, 2 * start - end), start).join('')
    if (piece === before) return 0
    const costs = [rankOf(piece), doubled(rankOf(plain)), isSequence(piece) ? 10 * piece.length : null]
    return Math.min(end - start, ...costs.map(guesses => (guesses ? Math.log10(guesses) : Infinity)))
  }
  const best = [0]
  for (let end = 1; end <= characters.length; end += 1) {
    let least = Infinity
    for (let start = Math.max(0, end - maxPieceLength); start < end; start += 1)
      least = Math.min(least, (best[start] ?? Infinity) + pieceCost(start, end))
    best.push(least)
  }
  return best.at(-1) ?? 0
}

/** The parts of a name or address that a guesser would combine. */
export function guessableParts(text: string): readonly string[] {
  const parts = text.split(/[^\p{L}\p{N}]+/u)
  return [text, parts.join(''), ...parts].filter(({ length }) => length >= 3)
}

const doubled = (rank: number | null): number | null => rank && 2 * rank

/** `abc`, `321`. */
function isSequence(piece: string): boolean {
  const codes = Array.from(piece, character => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  return steps.length >= 2 && Math.abs(steps[0] ?? 0) === 1 && steps.every(step => step === steps[0])
}
