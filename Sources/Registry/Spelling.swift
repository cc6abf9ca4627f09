/// Finds what somebody probably meant to write.
package enum Spelling {
  /// The known word nearest to the given one, if near enough to be a slip of the pen.
  package static func nearest(to word: String, among known: some Sequence<String>) -> String? {
    let letters = Array(word.utf8.prefix(RegistryLimits.idCharactersMax))
    let slipsMax = letters.count < 3 ? 1 : max(2, letters.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in known where abs(candidate.utf8.count - letters.count) <= slipsMax {
      let distance = distance(letters, Array(candidate.utf8))
      if distance <= slipsMax, distance < best?.distance ?? Int.max {
        best = (candidate, distance)
      }
    }
    return best?.word
  }

  /// `; did you mean 'x'?`, or nothing.
  static func hint(for word: String, among known: some Sequence<String>) -> String {
    nearest(to: word, among: known).map { "; did you mean \(quoted($0))?" } ?? ""
  }

  /// Levenshtein's distance: insertions, deletions and replacements from one to the other.
  private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (i, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, otherLetter) in other.enumerated() {
        let replaced = diagonal + (letter == otherLetter ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }
}
