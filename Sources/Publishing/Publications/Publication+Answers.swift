import Registry
import Reporting

extension PublicRules {
  var minimum: PublicMinimum { PublicMinimum(cell: cellMin, total: totalMin) }
}

extension PublicRules.Period {
  var granularity: Granularity {
    switch self {
    case .week: .week
    case .month: .month
    case .quarter: .quarter
    case .year: .year
    }
  }
}

extension PublicAnswer {
  /// As it is kept, each place after the one above it.
  var rows: [Publication.Row] {
    table.places.enumerated().map { index, place in
      Publication.Row(
        node: place.node, parent: place.parent.map { table.places[$0].node },
        isPublic: place.isPublic, isShown: isShown[index], question: table.question,
        counts: place.counts)
    }
  }
}

extension Publication {
  /// The answers that its rows were made of: a table begins with its root.
  var answers: [PublicAnswer] {
    var answers: [PublicAnswer] = []
    var rest = rows[...]
    while let root = rest.first {
      let others = rest.dropFirst().prefix { $0.parent != nil }
      var table = PublicTable(question: root.question, buttons: root.counts.count)
      var places: [String: Int] = [:]
      for row in [root] + others {
        places[row.node] = table.places.count
        table.add(
          PublicTable.Place(
            node: row.node, parent: row.parent.flatMap { places[$0] }, isPublic: row.isPublic,
            counts: row.counts))
      }
      answers.append(PublicAnswer(table: table, isShown: [root.isShown] + others.map(\.isShown)))
      rest = rest.dropFirst(1 + others.count)
    }
    return answers
  }
}
