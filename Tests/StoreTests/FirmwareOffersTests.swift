import Foundation
import Store
import Testing

@Suite struct FirmwareOffersTests {
  private static func stamp(_ seconds: Int64 = 0) -> AuditStamp {
    AuditStamp(actor: "user test", nowMilliseconds: 1_795_255_200_000 + 1000 * seconds)
  }

  private static func offers(_ folder: Folder) throws -> FirmwareOffers {
    FirmwareOffers(try TokenStore(folder.file))
  }

  private func add(
    _ offers: FirmwareOffers, _ version: String = "1.5.0", stages: [Int] = [5, 25, 100]
  ) throws -> Int64 {
    try offers.add(
      FirmwareManifestTests.manifest(version: version), stages: stages, stageMilliseconds: 1000,
      by: Self.stamp())
  }

  @Test("a stage holds about its share of the devices, keeps those before it, and differs by offer")
  func stages() throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let offers = try Self.offers(folder)
    _ = try add(offers, "1.5.0")
    _ = try add(offers, "1.6.0")
    let names = (0..<4000).map { "dev-\($0)" }
    var (first, other) = (try offers.list()[0], try offers.list()[1])
    var before: Set<String> = []
    for (stage, percent) in [5, 25, 100].enumerated() {
      first.stage = stage
      let reached = Set(names.filter(first.reaches))
      #expect(abs(reached.count - 40 * percent) < 120)
      #expect(before.isSubset(of: reached))
      before = reached
    }
    (first.stage, other.stage) = (0, 0)
    let both = names.count { first.reaches($0) && other.reaches($0) }
    #expect(both < 40, "one in four hundred is in both")
  }

  @Test("another offer for the model withdraws the one before, and each change has its audit line")
  func audited() throws {
    let folder = try Folder()
    let offers = try Self.offers(folder)
    let first = try add(offers, "1.5.0")
    let second = try add(offers, "1.6.0")
    try offers.change(id: second, to: .paused, by: Self.stamp(1))
    try offers.change(id: second, to: .rolling, by: Self.stamp(2))
    #expect(try offers.list().map(\.state) == [.withdrawn, .rolling])
    #expect(try offers.list()[1].stageSinceMilliseconds == Self.stamp(2).nowMilliseconds)
    for (id, state) in [(first, FirmwareOffer.State.rolling), (second, .rolling), (7, .paused)] {
      #expect(throws: FirmwareRefusal.self) {
        try offers.change(id: id, to: state, by: Self.stamp(3))
      }
    }
    let lines = try TokenStore(folder.file).audit().rows.map(\.action)
    #expect(
      lines == [
        "firmware offered", "firmware offer changed", "firmware offered", "firmware offer changed",
        "firmware offer changed",
      ])
  }

  @Test("what a look found is not kept when somebody changed the offer meanwhile")
  func raced() async throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let offers = try Self.offers(folder)
    let id = try add(offers)
    let read = try offers.list()[0]
    try offers.change(id: id, to: .paused, by: Self.stamp(1))
    var next = read
    next.stage = 1
    let told = OfferedDevice(
      device: "dev-1", toldAtMilliseconds: 1, tookAtMilliseconds: nil, wasTroubled: false)
    #expect(
      try await !offers.note(read, changed: [told], next: next, nowMilliseconds: 1))
    #expect(try offers.list()[0].state == .paused)
    #expect(try offers.devices(of: read).isEmpty)
  }

  @Test("what was signed before an offer that devices were told is refused: they would not take it")
  func tooOld() async throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let offers = try Self.offers(folder)
    func add(_ version: String, issued: Int64) throws -> Int64 {
      try offers.add(
        FirmwareManifestTests.manifest(version: version, issued: issued), stages: [100],
        stageMilliseconds: 1000, by: Self.stamp())
    }
    _ = try add("1.5.0", issued: 2000)
    _ = try add("1.4.0", issued: 1000)
    _ = try add("1.5.0", issued: 2000)
    let told = OfferedDevice(
      device: "dev-1", toldAtMilliseconds: 1, tookAtMilliseconds: nil, wasTroubled: false)
    let offer = try #require(try offers.list().last)
    #expect(try await offers.note(offer, changed: [told], next: nil, nowMilliseconds: 1))
    let refusal = #expect(throws: FirmwareRefusal.self) { try add("1.4.0", issued: 1999) }
    #expect("\(try #require(refusal))".contains("1.4.0 was signed before 1.5.0"))
    #expect(try offers.list().last?.state == .rolling)
    _ = try add("1.4.0", issued: 2001)
  }

  @Test(
    "stages that do not rise to 100 at most are refused", arguments: [[], [0, 5], [5, 5], [101]])
  func refuses(stages: [Int]) throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let offers = try Self.offers(folder)
    #expect(throws: FirmwareRefusal.self) { try add(offers, stages: stages) }
  }
}
