import CivilTime
import Foundation

/// Walks a registry file from its root and refuses the first thing that is wrong.
struct RegistryReader {
  /// What the file says, checked.
  struct Parts {
    let site: String
    let timeZone: TimeZone
    let holidays: Holidays?
    let questions: [Question]
    let nodes: [Node]
    let publicRules: PublicRules
    let visitRules: VisitRules
  }

  /// One device entry with what an error message needs to point at it.
  struct Placement {
    let device: String
    let minutes: Range<UTCMinute>
    let touchpoint: String
    let dates: String
    let line: Int
  }

  var source: YAMLSource
  /// The site's id, which no node may have.
  private(set) var site = ""
  var zone = ZoneOffsets(.gmt)
  var questionLines: [String: Int] = [:]
  /// By question that is answered with help, the other that is named.
  var helped: [String: YAMLSource.Text] = [:]
  var nodeLines: [String: Int] = [:]
  var placements: [Placement] = []
  var devices: Set<String> = []
  var holidays: Holidays?

  init(file: String) {
    source = YAMLSource(file: file)
  }

  mutating func read(_ yaml: String) throws(RegistryError) -> Parts {
    let root = try source.members(
      of: source.root(of: yaml), "the registry",
      known: [
        "site", "time_zone", "rule", "holidays", "opening_hours", "questions", "public", "visits",
        "nodes",
      ])
    try refuseOtherRules(root.optional("rule")?.value)
    site = try topicID(source.required("site", of: root), "site")
    let timeZone = try timeZone(source.required("time_zone", of: root))
    zone = ZoneOffsets(timeZone)
    holidays = try holidays(root.optional("holidays")?.value)
    let openingHours = try openingHours(root, "the registry", inherited: nil)
    let questionList = try source.required("questions", of: root)
    let nodeList = try source.required("nodes", of: root)
    let questions = try questions(questionList)
    let publicRules = try publicRules(root.optional("public"))
    let visitRules = try visitRules(root.optional("visits"))
    let nodes = try nodes(nodeList, depth: 1, inherited: openingHours, above: .silent)
    try refuseToTellVisits(
      (root.optional("public") ?? root.optional("visits"))?.line ?? 1, publicRules, visitRules,
      nodes)
    try refuseOverlaps()
    try refuseCrowdedHours()
    return Parts(
      site: site, timeZone: timeZone, holidays: holidays, questions: questions, nodes: nodes,
      publicRules: publicRules, visitRules: visitRules)
  }

  /// A rule that this version does not know would count another history than the file says.
  private mutating func refuseOtherRules(_ value: YAMLNode?) throws(RegistryError) {
    guard let value else { return }
    let text = try source.text(of: value, "rule")
    guard text.string == Registry.rule else {
      throw source.error(
        text.line,
        "rule is \(quoted(text.string)); allowed is \(Registry.rule), whose interval is "
          + "repeat_interval_s of each touchpoint; visits are counted by visit/1 without a word")
    }
  }

  /// A site or device id: a part of MQTT topics.
  mutating func topicID(_ value: YAMLNode, _ what: String) throws(RegistryError) -> String {
    try id(value, what, charactersMax: RegistryLimits.topicIDCharactersMax)
  }

  /// An id of the alphabet `[a-z0-9-]` that does not begin with a hyphen.
  mutating func id(
    _ value: YAMLNode, _ what: String, charactersMax: Int = RegistryLimits.idCharactersMax
  ) throws(RegistryError) -> String {
    let text = try source.text(of: value, what)
    let bytes = Array(text.string.utf8)
    let isWell =
      bytes.count <= charactersMax && bytes.first != UInt8(ascii: "-")
      && bytes.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
    guard isWell else {
      throw source.error(
        text.line,
        "\(what) is \(quoted(text.string)); allowed are 1 to \(charactersMax) of a-z, 0-9 and -, "
          + "the first not -")
    }
    return text.string
  }

  private mutating func timeZone(_ value: YAMLNode) throws(RegistryError) -> TimeZone {
    let text = try source.text(of: value, "time_zone")
    guard let zone = TimeZone(identifier: text.string) else {
      throw source.error(
        text.line,
        "time_zone \(quoted(text.string)) is unknown"
          + Spelling.hint(for: text.string, among: TimeZone.knownTimeZoneIdentifiers)
          + "; allowed are IANA names such as Europe/Helsinki")
    }
    if let found = ZoneOffsets.firstFractionalOffset(of: zone) {
      let minutes = abs(found.offsetSeconds) / 60
      let sign = found.offsetSeconds < 0 ? "-" : "+"
      let date = CivilDate(daysSince1970: Int(found.moment.timeIntervalSince1970) / 86_400)
      throw source.error(
        text.line,
        "time_zone \(quoted(text.string)) is \(sign)\(minutes / 60) h \(minutes % 60) min from UTC "
          + "on \(date); hourly buckets cannot be added up to its days; "
          + "allowed are zones with whole hours from 2000 to 2100")
    }
    return zone
  }
}
