import Foundation
import Store
import Testing

@testable import Queries

@Suite struct RolloutTests {
  private static let hour: Int64 = 3_600_000

  /// An offer of stages 5, 25 and 100 % with a day each, made at time 0.
  private static func offer(stage: Int = 0) throws -> FirmwareOffer {
    let path = FileManager.default.temporaryDirectory.appending(path: "rollout-\(UUID()).sqlite")
      .path
    let tokens = try TokenStore(DatabaseFile(path: path))
    let offers = FirmwareOffers(tokens)
    _ = try offers.add(
      FirmwareManifest(
        model: "hn4", version: "2", issued: 0, sha256: String(repeating: "a", count: 64),
        url: "https://files.example/2"),
      stages: [5, 25, 100], stageMilliseconds: 24 * hour,
      by: AuditStamp(actor: "user test", nowMilliseconds: 0))
    var offer = try offers.list()[0]
    offer.stage = stage
    return offer
  }

  private static func device(
    _ number: Int, model: String = "hn4", firmware: String = "1", silent: Bool = false
  ) -> RolloutDevice {
    RolloutDevice(
      name: "dev-\(number)", model: model, firmware: firmware, isSilent: silent, isTroubled: silent)
  }

  @Test(
    "trouble of told devices stops a rollout beyond what others have, and not below",
    arguments: [
      (5, 2, 95, 0, false), (5, 3, 95, 0, true), (5, 3, 0, 0, false), (5, 4, 0, 0, true),
      (25, 5, 75, 15, false), (25, 16, 75, 15, true), (400, 8, 0, 0, false), (400, 60, 0, 0, true),
      (20_000, 20_000, 0, 0, true), (0, 0, 0, 0, false), (50, 50, 50, 50, false),
    ])
  func rule(told: Int, troubled: Int, others: Int, othersTroubled: Int, falls: Bool) {
    var health = RolloutHealth()
    (health.told, health.troubled) = (told, troubled)
    (health.others, health.othersTroubled) = (others, othersTroubled)
    #expect(health.hasFallen == falls)
    #expect(health.chance >= 0 && health.chance < 1.000_001)
  }

  @Test("devices of the stage and the model are told, and a stage ends when half of them took it")
  func goesOn() throws {
    let offer = try Self.offer()
    let devices = (0..<400).map { Self.device($0) } + [Self.device(400, model: "hn5")]
    let first = RolloutStep(offer, known: [], devices: devices, nowMilliseconds: Self.hour)
    #expect((10...30).contains(first.told.count) && first.changed.count == 400)
    #expect(first.next == nil)
    let late = RolloutStep(
      offer, known: first.changed, devices: devices, nowMilliseconds: 25 * Self.hour)
    #expect(late.changed.isEmpty && late.next == nil, "nobody took it yet")
    let took = devices.map {
      first.told.contains($0.name)
        ? RolloutDevice(
          name: $0.name, model: $0.model, firmware: "2", isSilent: false, isTroubled: false) : $0
    }
    let next = RolloutStep(
      offer, known: first.changed, devices: took, nowMilliseconds: 25 * Self.hour)
    #expect(next.next?.stage == 1 && next.next?.state == .rolling)
    #expect(next.next?.stageSinceMilliseconds == 25 * Self.hour)
    #expect(next.changed.count == first.told.count)
  }

  @Test("a rollout stops when devices fall silent after they were told, not when they were before")
  func stops() throws {
    let offer = try Self.offer(stage: 1)
    let well = (0..<200).map { Self.device($0) }
    let first = RolloutStep(offer, known: [], devices: well, nowMilliseconds: 0)
    let told = Set(first.told)
    let fallen = (0..<200).map { Self.device($0, silent: told.contains("dev-\($0)")) }
    let stopped = RolloutStep(
      offer, known: first.changed, devices: fallen, nowMilliseconds: Self.hour)
    #expect(stopped.next?.state == .stopped)
    #expect(stopped.next?.reason.hasPrefix("in trouble: \(told.count) of \(told.count)") == true)
    let before = RolloutStep(offer, known: [], devices: fallen, nowMilliseconds: 0)
    #expect(before.next == nil && before.health.told == 0)
  }

  @Test("when most devices are silent, told or not, the network is to blame and the rollout waits")
  func network() throws {
    let offer = try Self.offer(stage: 2)
    let first = RolloutStep(
      offer, known: [], devices: (0..<100).map { Self.device($0) }, nowMilliseconds: 0)
    let away = RolloutStep(
      offer, known: first.changed, devices: (0..<100).map { Self.device($0, silent: $0 < 60) },
      nowMilliseconds: 48 * Self.hour)
    #expect(away.health.hasFallen && away.next == nil)
  }
}
