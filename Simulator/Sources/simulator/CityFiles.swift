import Foundation

/// The files of a city's folder: `registry.yaml`, `credentials`, `acl`, the `day` on which it was made, the
/// `notes` and `boards` of its managers, and `tokens` if given.
struct CityFiles {
  let folder: URL

  init(path: String) {
    folder = URL(fileURLWithPath: path, isDirectory: true)
  }

  /// MQTT passwords by user name; empty when there is no file: the broker is anonymous then.
  func readPasswords() throws -> [String: String] {
    try readPairs("credentials", separator: ":")
  }

  /// Bearer tokens by device; empty when there is no file.
  func readTokens() throws -> [String: String] {
    try readPairs("tokens", separator: " ")
  }

  /// The day on which the city was made; nil when there is none.
  func readDay() throws -> LocalDate? {
    let file = folder.appendingPathComponent("day")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    guard let day = LocalDate(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failure("\(file.path) is no date as YYYY-MM-DD; correct or delete it")
    }
    return day
  }

  /// Each line is the body of `POST /api/v1/annotations`.
  private static func notes(_ city: City) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try city.events.notes.map {
      String(decoding: try encoder.encode($0), as: UTF8.self) + "\n"
    }.joined()
  }

  /// Lines of unit, language and text.
  private static func boards(_ city: City) -> String {
    city.events.boards.map { unit, text in
      [("fi", text.fi), ("sv", text.sv), ("en", text.en)].map { "\(unit) \($0) \($1)\n" }.joined()
    }.joined()
  }

  /// Writes the registry, the broker's access list and credentials for every device.
  ///
  /// Credentials that exist stay as they are: running it again locks nobody out.
  /// - Throws: `Failure` when a file cannot be read or written.
  func write(_ city: City) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure("\(folder.path) cannot be made (\(error.localizedDescription))")
    }
    try write("registry.yaml", RegistryText.yaml(city), permissions: 0o644)
    try write("day", city.events.made.text + "\n", permissions: 0o644)
    try write("notes", Self.notes(city), permissions: 0o644)
    try write("boards", Self.boards(city), permissions: 0o644)
    try write("acl", Self.accessList(site: city.site), permissions: 0o644)
    var passwords = try readPasswords()
    let users =
      ["pikapalaute"]
      + city.touchpoints.flatMap {
        $0.devices + ($0.replacement.map { [$0.device] } ?? [])
      }
    for user in users where passwords[user] == nil { passwords[user] = Self.randomPassword() }
    // Users that somebody added by hand stay, after ours.
    let others = passwords.keys.filter { !users.contains($0) }.sorted()
    let lines = (users + others).map { "\($0):\(passwords[$0] ?? "")\n" }
    try write("credentials", lines.joined(), permissions: 0o600)
  }

  /// 32 letters and digits, 190 bits, from the system's random source.
  private static func randomPassword() -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    var source = SystemRandomNumberGenerator()
    return String((0..<32).map { _ in alphabet[Int.random(in: alphabet.indices, using: &source)] })
  }

  /// Who may use which topic: the service all of them one way, a device only its own.
  private static func accessList(site: String) -> String {
    """
    # Written by `simulator make-city`.
    user pikapalaute
    topic read pikapalaute/v1/+/+/press
    topic read pikapalaute/v1/+/+/status
    topic write pikapalaute/v1/+/+/ack
    topic write pikapalaute/v1/+/+/config

    # Every device, by its own user name.
    pattern write pikapalaute/v1/\(site)/%u/press
    pattern write pikapalaute/v1/\(site)/%u/status
    pattern read pikapalaute/v1/\(site)/%u/ack
    pattern read pikapalaute/v1/\(site)/%u/config

    """
  }

  private func readPairs(_ name: String, separator: Character) throws -> [String: String] {
    let file = folder.appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw Failure("\(file.path) cannot be read (\(error.localizedDescription))")
    }
    var pairs: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2 else {
        throw Failure("\(file.path): a line is not `name\(separator)value`; correct or delete it")
      }
      pairs[String(parts[0])] = String(parts[1])
    }
    return pairs
  }

  private func write(_ name: String, _ text: String, permissions: Int) throws {
    let file = folder.appendingPathComponent(name)
    let fresh = folder.appendingPathComponent(".\(name).new")
    do {
      // Renamed into place with its rights already on: a secret is never readable in between,
      // and a broker never reads half a file.
      try? FileManager.default.removeItem(at: fresh)
      guard
        FileManager.default.createFile(
          atPath: fresh.path, contents: nil, attributes: [.posixPermissions: permissions])
      else { throw CocoaError(.fileWriteUnknown) }
      let handle = try FileHandle(forWritingTo: fresh)
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
      try FileManager.default.setAttributes(
        [.posixPermissions: permissions], ofItemAtPath: fresh.path)
      if FileManager.default.fileExists(atPath: file.path) {
        try FileManager.default.removeItem(at: file)
      }
      try FileManager.default.moveItem(at: fresh, to: file)
    } catch {
      throw Failure("\(file.path) cannot be written (\(error.localizedDescription))")
    }
  }
}
