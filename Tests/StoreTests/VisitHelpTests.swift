import GRDB
import Store
import TestSupport
import Testing

@Suite struct VisitHelpTests {
  static let registry = """
    site: helsinki
    time_zone: Europe/Helsinki
    questions:
      - {id: kaynti, buttons: 4}
      - {id: autettuna, buttons: 4, with_help_of: kaynti}
    nodes:
      - {id: koti, kind: touchpoint, channel: visit, questions: [kaynti, autettuna],
         devices: [{id: dev-0}]}

    """

  @Test("a visit is rated once, with help or without, and a recount finds the same")
  func once() throws {
    let folder = try Folder()
    let began = Service.received / 1000 - 3600
    // Seconds since the first, slot: what comes within a minute of one that counted is excluded.
    let presses = [(0, 0), (59, 1), (60, 1), (70, 0), (119, 1), (120, 0)]
    do {
      var service = try Service(folder, registry: Self.registry)
      let frame = PlainFrame(
        epoch: 7, first: 0, sentAt: Service.received / 1000,
        presses: presses.map { seconds, slot in
          PlainPress(at: began + seconds, milliseconds: 0, button: 3, slot: slot)
        })
      service.receive(frame.bytes, device: "dev-0")
      try service.commit()
    }
    let counted = try folder.database().read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT slot, sum(count_3), sum(excluded), sum(invalid) FROM bucket GROUP BY slot ORDER BY slot
          """
      ).map { row in (0..<4).map { row[$0] as Int } }
    }
    #expect(counted == [[0, 2, 1, 0], [1, 1, 2, 0]])
    let again = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(again.differences == [])
  }

  @Test("a touchpoint that begins to count answers with help counts nothing again")
  func begins() throws {
    let folder = try Folder()
    let before = Self.registry.replacing("questions: [kaynti, autettuna]", with: "question: kaynti")
    for (text, seconds) in [(before, 0), (Self.registry, 60)] {
      var service = try Service(folder, registry: text)
      let at = Service.received / 1000 - 3600 + seconds
      let frame = PlainFrame(
        epoch: 7, first: seconds / 60, sentAt: Service.received / 1000,
        presses: [PlainPress(at: at, milliseconds: 0, button: 3, slot: seconds / 60)])
      service.receive(frame.bytes, device: "dev-0")
      try service.commit()
    }
    let again = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(again.differences == [] && again.presses == 2)
  }
}
