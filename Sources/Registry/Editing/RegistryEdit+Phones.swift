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
    var taken = Set(registry.allNodes.flatMap { $0.touchpoint?.assignments ?? [] }.map(\.device))
    var phones: [String] = []
    while phones.count < count {
      let name = Self.phone(using: &random)
      if taken.insert(name).inserted { phones.append(name) }
    }
    let yaml = try applying(phones.map { .add(device: $0, touchpoint: touchpoint, from: from) })
    return (yaml, phones)
  }

  private static func phone(using random: inout some RandomNumberGenerator) -> String {
    "phone-"
      + String(
        (0..<lettersOfPhone).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
  }
}
