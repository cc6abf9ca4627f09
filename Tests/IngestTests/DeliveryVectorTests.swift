import FirmwareProtocol
import Foundation
import Ingest
import TestSupport
import Testing

@Suite struct DeliveryVectorTests {
  /// A string and a number.
  struct Repeated: Decodable, Sendable {
    var bytes: [UInt8]

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      let unit = Vectors.bytes(hex: try container.decode(String.self)) ?? []
      let times = try container.decode(Int.self)
      bytes = (0..<times).flatMap { _ in unit }
    }
  }

  /// What a message is answered: whether over MQTT, the status over HTTP.
  struct Answer: Decodable, Sendable {
    var text: String?
    var status: Int?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      status = try? container.decode(Int.self)
      text = status == nil ? try container.decode(String.self) : nil
    }
  }

  struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var via: String
    var topic: String?
    var path: String?
    var retained: Bool?
    var token: Bool?
    var payload_hex: String?
    var payload_repeat: Repeated?
    var answer: Answer
    var quarantine: String?

    var testDescription: String { name }
    var payload: [UInt8]? {
      payload_repeat?.bytes ?? payload_hex.flatMap { Vectors.bytes(hex: $0) }
    }
  }

  struct File: Decodable, Sendable {
    var site: String
    var vectors: [Vector]
  }

  static let file = Result { try Vectors.load(File.self, "deliveries.json") }
  static let mqttVectors = (try? file.get())?.vectors.filter { $0.via == "mqtt" } ?? []
  /// The router sees to tokens and sites; the engine to the rest.
  static let httpVectors =
    (try? file.get())?.vectors.filter {
      $0.via == "http" && $0.token == true && $0.path?.hasPrefix("/ingest/v1/helsinki/") == true
    } ?? []

  @Test("the vectors are there")
  func present() {
    #expect(Self.mqttVectors.count >= 31 && Self.httpVectors.count >= 8)
  }

  @Test(
    "a message is answered, or quarantined under its reason and never answered",
    arguments: mqttVectors)
  func overMQTT(_ vector: Vector) throws {
    let payload = try #require(vector.payload)
    let topic = try #require(vector.topic)
    var driver = EngineDriver([EngineDevice("dev-01")])
    driver.receive(payload, topic: topic, isRetained: vector.retained ?? false)
    let answers = try driver.answers()
    let store = driver.store
    #expect(store.quarantined.map(\.reason.rawValue) == (vector.quarantine.map { [$0] } ?? []))
    switch vector.answer.text {
    case "none": #expect(answers.isEmpty)
    case "ack": #expect(answers.count == 1 && answers.first?.isRewind == false)
    default: Issue.record("no such answer: \(vector.answer)")
    }
    if let reason = vector.quarantine.flatMap(QuarantineReason.init(rawValue:)) {
      #expect(store.quarantineCounts == [reason: 1])
      #expect(driver.engine.quarantinedTotals == [reason: 1])
      #expect(store.quarantined.first?.byteCount == payload.count)
      #expect(
        store.quarantined.first?.payload
          == Array(payload.prefix(IngestLimits.quarantineBytesMax)))
      #expect(store.presses() == 0 && store.devices[0]?.status == nil)
    }
    // The stream goes on.
    driver.receive(EngineDriver.frame(epoch: 1_000_000, first: 0).bytes)
    let after = try driver.answers()
    #expect(after.map(\.next) == [1])
  }

  @Test("a payload over HTTP hears what its vector says", arguments: httpVectors)
  func overHTTP(_ vector: Vector) throws {
    let payload = try #require(vector.payload)
    let device = try #require(vector.path?.split(separator: "/").dropLast().last)
    var driver = EngineDriver([EngineDevice("dev-01")])
    let outcome = try driver.submit(payload, device: String(device))
    let status =
      switch outcome {
      case .answered(_, _, let isRewind, _): isRewind ? 409 : 200
      case .malformed: 400
      case .tooLarge: 413
      case .unknownDevice: 404
      case .tooManyRequests, .shareSpent: 429
      case .unavailable: 503
      }
    #expect(status == vector.answer.status)
  }
}
