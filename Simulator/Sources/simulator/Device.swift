import FirmwareProtocol
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A terminal or phone: a journal and the connection it is emptied over.
///
/// Times are seconds on the fleet's monotonic clock.
final class Device {
  let index: Int
  let name: String
  let touchpoint: Int
  let transport: Transport
  /// UTC seconds without network that are not over yet, in order.
  private var outages: ArraySlice<Range<Int>>
  var journal: Journal
  let password: String?

  // MQTT
  var link: BrokerLink?
  var isWelcomed = false
  /// Presses that waited in its journal when it last spoke of itself.
  var waitingTold = 0
  var linkedSeconds = 0.0
  /// The revision of the configuration that it has; nil = none yet.
  var revision: Int?

  // Firmware
  var firmware = "simulator"
  /// When what it runs was signed, UTC seconds; 0 = it came with it.
  var firmwareIssued = 0
  /// What it fetched and runs after its next start.
  var installing: FirmwareForm?
  var restartSeconds: Double?
  /// Its firmware lets it start again and again.
  var isFailing = false
  /// 0…1: firmware fails on it when it fails on so large a share.
  let failureDraw: Double
  /// Another number after each start.
  var boot: UInt32
  var housekeptSeconds = 0.0

  // HTTP
  var isAwaitingReply = false

  /// Not before this time is the next attempt made.
  var retrySeconds = 0.0
  var backoffSeconds = Device.backoffSecondsMin
  private var random: SplitMix64

  /// A broker that has not welcomed the device by then is tried anew.
  static let connectSecondsMax = 10.0
  /// Of so many answers to a phone one is lost on its way.
  static let answersPerLoss = 20
  static let backoffSecondsMin = 0.2
  static let backoffSecondsMax = 5.0

  init(index: Int, plan: DevicePlan, made: Int, password: String?, seed: Int) {
    self.index = index
    name = plan.device
    touchpoint = plan.touchpoint
    transport =
      plan.isApp ? .http(json: false) : plan.isOnMQTT ? .mqtt : .of(device: plan.device)
    outages = plan.outages[...]
    self.password = password
    journal = Journal(
      epoch: plan.epoch, presses: plan.presses, made: made, overwritten: plan.overwritten)
    random = SplitMix64(seed: seed, label: "backoff \(plan.device)")
    var chance = SplitMix64(seed: seed, label: "firmware \(plan.device)")
    failureDraw = chance.unit()
    boot = UInt32(chance.below(1_000_000))
  }

  /// Whether it has no network; to be asked in the order of time.
  func isOffline(at utcSeconds: Int) -> Bool {
    while let outage = outages.first, outage.upperBound <= utcSeconds { outages.removeFirst() }
    return outages.first?.contains(utcSeconds) ?? false
  }

  /// Whether the network goes before the answer has come: the service may have counted.
  func losesAnswer() -> Bool { transport != .mqtt && random.below(Self.answersPerLoss) == 0 }

  /// Waits longer after every failure in a row, and never in step with the others.
  func backOff(now: Double, atLeastSeconds: Double = 0) {
    let jitter = 0.5 + 0.5 * random.unit()
    retrySeconds = now + max(atLeastSeconds, backoffSeconds * jitter)
    backoffSeconds = min(2 * backoffSeconds, Self.backoffSecondsMax)
  }

  /// What it says of itself.
  func status(_ state: String, journal waiting: Int) -> StatusForm {
    StatusForm(
      state: state, model: Self.model, firmware: firmware, epoch: journal.epoch, boot: boot,
      journal: waiting, config: revision)
  }

  func succeeded() {
    backoffSeconds = Self.backoffSecondsMin
  }

  /// Writes the frame into `buffer`, which has room for the largest; returns its length.
  func encode(_ departure: Departure, sentAtSeconds: Int, into buffer: inout [UInt8]) -> Int {
    let header = FrameHeader(
      isUTC: true, holdsNothingOlder: departure.holdsNothingOlder,
      count: UInt16(departure.sequences.count), epoch: journal.epoch,
      firstSequence: UInt32(departure.sequences.lowerBound), sentAt: UInt32(sentAtSeconds))
    var span = buffer.mutableSpan
    var bytes = unsafe span.mutableBytes
    let presses = journal.presses
    return PressFrame.encode(
      header, presses: presses.span.extracting(departure.sequences), into: &bytes)
  }

  /// The same in the JSON form.
  func encodeJSON(_ departure: Departure, sentAtSeconds: Int) throws -> Data {
    struct PressForm: Encodable {
      var at: String
      var button: UInt8
      var slot: UInt8
    }
    struct FrameForm: Encodable {
      var epoch: UInt32
      var first: Int
      var oldest: Bool
      var sent_at: String
      var presses: [PressForm]
    }
    let presses = journal.presses[departure.sequences].map { press in
      PressForm(
        at: LocalCalendar.utcText(milliseconds: Int(press.at) * 1000 + Int(press.milliseconds)),
        button: press.button, slot: press.slot)
    }
    return try JSONEncoder().encode(
      FrameForm(
        epoch: journal.epoch, first: departure.sequences.lowerBound,
        oldest: departure.holdsNothingOlder,
        sent_at: LocalCalendar.utcText(milliseconds: sentAtSeconds * 1000), presses: presses))
  }

  /// The acknowledgement in a reply's body, in either form; nil when there is none.
  static func acknowledgement(_ reply: Reply) -> Acknowledgement? {
    // Told apart like the forms of a frame: by the first byte.
    if reply.body.first != UInt8(ascii: "{") {
      return unsafe try? Acknowledgement.decode(reply.body.span.bytes)
    }
    struct AnswerForm: Decodable {
      var epoch: UInt32
      var next: UInt32
      var rewind: Bool
    }
    guard let form = try? JSONDecoder().decode(AnswerForm.self, from: reply.body) else {
      return nil
    }
    return Acknowledgement(
      isRewind: form.rewind, epoch: form.epoch, nextSequence: form.next, serverTime: 0)
  }
}
