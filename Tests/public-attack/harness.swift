// Decides what is public with the service's own sources, compiled beside this file (harness.py).
//
// Lines in, lines out:
//   table CELL TOTAL BUTTONS PLACES, then a line for each place: NODE PARENT(-) PUBLIC(0/1) COUNTS…
//     → a 0 or 1 for each place, and the table is kept as the next version
//   again … the same → what is shown of it, or "refused: why"
//   part → the versions so far are one part of a coarser period; answers nothing
//   coarser … a table of all parts → what is shown of it, or "refused: why"
//   differs PART … a part's table as it is now → 1 when something it shows is counted otherwise
//   forget → no versions, no parts; answers nothing

import Glibc

var versions: [[PublicAnswer]] = []
var parts: [[[PublicAnswer]]] = []
var wholes: [[PublicAnswer]] = []

func readTable(_ words: [Substring]) -> (PublicTable, PublicMinimum) {
  let numbers = words.dropFirst().map { Int($0) ?? -1 }
  var table = PublicTable(question: "q", buttons: numbers[2])
  var places: [Substring: Int] = [:]
  for place in 0..<numbers[3] {
    let cells = (readLine() ?? "").split(separator: " ")
    places[cells[0]] = place
    table.add(
      PublicTable.Place(
        node: String(cells[0]), parent: places[cells[1]], isPublic: cells[2] == "1",
        counts: cells[3...].map { Int($0) ?? -1 }))
  }
  return (table, PublicMinimum(cell: numbers[0], total: numbers[1]))
}

func show(_ answer: PublicAnswer) {
  print(answer.isShown.map { $0 ? "1" : "0" }.joined())
}

while let line = readLine() {
  let words = line.split(separator: " ")
  switch words.first {
  case "table":
    let (table, minimum) = readTable(words)
    let answer = PublicAnswer(table: table, minimum: minimum)
    versions.append([answer])
    show(answer)
  case "again":
    let (table, minimum) = readTable(words)
    do throws(PublicRevisionError) {
      let answers = try PublicAnswer.revised([table], versions: versions, minimum: minimum)
      versions.append(answers)
      show(answers[0])
    } catch {
      print("refused: \(error)")
    }
  case "part":
    parts.append(versions)
    versions = []
  case "coarser":
    let (table, minimum) = readTable(words)
    do throws(PublicRevisionError) {
      let answers = try PublicAnswer.coarser(
        [table], parts: parts, versions: wholes, minimum: minimum)
      wholes.append(answers)
      show(answers[0])
    } catch {
      print("refused: \(error)")
    }
  case "differs":
    let (table, _) = readTable(Array(words.dropFirst()))
    let published = parts[Int(words[1]) ?? -1].last ?? []
    print(PublicAnswer.differs(published, from: [table], isThere: { _ in true }) ? "1" : "0")
  default:
    versions = []
    parts = []
    wholes = []
  }
  fflush(nil)
}
