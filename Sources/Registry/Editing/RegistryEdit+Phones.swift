public import CivilTime

extension RegistryEdit {
  /// Phones that are added at once, at most: a large team's.
  public static let phonesMax = 100

  private static let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
  /// Fifty random bits: none is met twice, and none says which came first.
  private static let lettersOfPhone = 10

  /// The text with new phones at a touchpoint where visits are rated.
  ///
  /// They are named by chance: neither a person nor an order shows.
  ///
  /// - Parameters:
  ///   - count: 1…``phonesMax``.
  ///   - from: since when they stand there.
  /// - Throws: `RegistryEditError` for other counts and places, and as ``applying(_:)``.
  public func addingPhones(
    _ count: Int, at touchpoint: String, from: UTCMinute,
    using random: inout some RandomNumberGenerator
  ) throws(RegistryEditError) -> (yaml: String, phones: [String]) {
    guard (1...Self.phonesMax).contains(count) else {
      throw RegistryEditError(
        "\(count) phones cannot be added at once; allowed: 1 to \(Self.phonesMax)")
    }
    let visits = registry.allNodes.filter { $0.touchpoint?.channel == .visit }.map(\.id)
    guard visits.contains(touchpoint) else {
      throw RegistryEditError(
        "'\(touchpoint)' is no touchpoint with 'channel: visit'"
          + Spelling.hint(for: touchpoint, among: visits))
    }
    let phones = newNames(count, using: &random)
    let yaml = try applying(phones.map { .add(device: $0, touchpoint: touchpoint, from: from) })
    return (yaml, phones)
  }

  /// The text without a phone of a team from some minute on.
  ///
  /// - Throws: `RegistryEditError` for one that does not stand there then, and as ``applying(_:)``.
  public func withdrawingPhone(
    _ phone: String, at touchpoint: String, from minute: UTCMinute
  ) throws(RegistryEditError) -> String {
    try applying([try retiring(phone, at: touchpoint, from: minute).change])
  }

  /// The same with a new phone in its place, named by chance. It stands there since the old one did, so
  /// that ratings which still wait on the phone count when they are sent under the new name.
  public func renewingPhone(
    _ phone: String, at touchpoint: String, from minute: UTCMinute,
    using random: inout some RandomNumberGenerator
  ) throws(RegistryEditError) -> (yaml: String, phone: String) {
    let (retiring, since) = try retiring(phone, at: touchpoint, from: minute)
    let name = newNames(1, using: &random)[0]
    let new = DeviceChange.add(device: name, touchpoint: touchpoint, from: since == 0 ? nil : since)
    return (try applying([retiring, new]), name)
  }

  /// - Returns: the change, and since when the phone stood there.
  private func retiring(
    _ phone: String, at touchpoint: String, from minute: UTCMinute
  ) throws(RegistryEditError) -> (change: DeviceChange, since: UTCMinute) {
    let touchpointOfVisits = registry.node(touchpoint)?.touchpoint.flatMap {
      $0.channel == .visit ? $0 : nil
    }
    guard
      let standing = touchpointOfVisits?.assignments.first(where: {
        $0.device == phone && $0.isStanding(after: minute)
      })
    else {
      throw RegistryEditError(
        "\(quoted(phone)) is no phone of '\(touchpoint)' now; its phones: /phones/\(touchpoint)")
    }
    // One that came in this very minute stays until its end: an entry holds a minute at least.
    let since = standing.minutes.lowerBound
    return (.retire(device: phone, at: max(minute, since + 1)), since)
  }

  private func newNames(
    _ count: Int, using random: inout some RandomNumberGenerator
  ) -> [String] {
    var taken = Set(registry.allNodes.flatMap { $0.touchpoint?.assignments ?? [] }.map(\.device))
    var phones: [String] = []
    while phones.count < count {
      let name = Self.phone(using: &random)
      if taken.insert(name).inserted { phones.append(name) }
    }
    return phones
  }

  private static func phone(using random: inout some RandomNumberGenerator) -> String {
    "phone-"
      + String(
        (0..<lettersOfPhone).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
  }
}
