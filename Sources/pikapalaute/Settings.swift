import Foundation
import Logging
import MQTT
import Store
import Web

/// The settings of the service, read once, each checked.
struct Settings {
  let database: String
  let broker: BrokerAddress
  /// As whom logins of devices are made at the broker; nil = they are not.
  let enrolmentBroker: BrokerAddress?
  /// nil = HTTP without TLS of our own.
  let certificate: ServedCertificate?
  /// Where it lies, for commands that ask the service: they need not read its key.
  let certificateFile: String?
  let clientID: String
  /// Says whether firmware that is offered is genuine; nil = none can be offered.
  let firmwareKey: FirmwarePublicKey?
  let host: String
  let port: Int
  /// Path of the registry file; nil = what the database holds.
  let registry: String?
  let adminToken: String?
  /// Asked for by `/metrics`; nil = everybody may read it.
  let metricsToken: String?
  /// nil = people sign in by tokens alone.
  let openID: OpenIDSettings?
  /// A person says that the machine's clock is right, whatever devices say.
  let isTrustingClock: Bool
  let logLevel: Logger.Level
  /// Whose pages may send presses from a browser: `https://app.example`.
  let origins: Set<String>
  /// Whose `X-Forwarded-…` are believed.
  let proxies: TrustedProxies

  static let tokenCharactersMin = 32

  /// - Parameters:
  ///   - arguments: what the command line says, by key.
  ///   - file: the YAML file named by `--config`.
  ///   - connecting: for the service itself: what looks like a setting must be one, and secrets are
  ///     needed; commands on the database read none.
  ///   - asking: for a command that asks the service: the admin token is needed.
  /// - Throws: `SettingError` for the first setting that is wrong.
  init(
    arguments: [SettingKey: String], file: String?, connecting: Bool = true, asking: Bool = false
  ) throws {
    if connecting { try SettingValues.checkEnvironment(ProcessInfo.processInfo.environment) }
    let values = try SettingValues(arguments: arguments, file: file)
    database = values.text(.database) ?? "var/pikapalaute.sqlite"
    let url = values.text(.mqttURL) ?? "mqtt://127.0.0.1:1883"
    guard var broker = BrokerAddress(url) else {
      throw SettingError(.mqttURL, Self.withoutPassword(url), Self.addressesAllowed(for: url))
    }
    if connecting,
      let password = try Self.secret(
        .mqttPassword, orFile: .mqttPasswordFile, values)
    {
      guard broker.user != nil, broker.password == nil else {
        throw SettingError(
          .mqttURL, Self.withoutPassword(url),
          "mqtt[s]://user@host[:port], with a user and no password, when the password is given apart"
        )
      }
      broker.password = password
    }
    if connecting { broker.tls = try Self.brokerTLS(values, broker) }
    self.broker = broker
    enrolmentBroker = connecting ? try Self.enrolmentBroker(values, broker) : nil
    certificate = connecting ? try Self.servedCertificate(values) : nil
    certificateFile = values.text(.httpCertificateFile)
    clientID = values.text(.mqttClientID) ?? "pikapalaute"
    guard (1...64).contains(clientID.utf8.count), clientID.utf8.allSatisfy(Self.isNameByte) else {
      throw SettingError(.mqttClientID, clientID, "1 to 64 letters, digits, '.', '_' or '-'")
    }
    firmwareKey = try values.text(.firmwareKey).map { text in
      guard let key = FirmwarePublicKey(text) else {
        throw SettingError(
          .firmwareKey, text, "a public key, as 'pikapalaute firmware key show FILE' prints it")
      }
      return key
    }
    let address = values.text(.httpAddress) ?? "127.0.0.1:8080"
    guard let colon = address.lastIndex(of: ":"), colon != address.startIndex,
      let port = Int(address[address.index(after: colon)...]), (0...65_535).contains(port)
    else { throw SettingError(.httpAddress, address, "host:port such as 127.0.0.1:8080") }
    host = address[..<colon].trimmingCharacters(in: ["[", "]"])
    self.port = port
    registry = values.text(.registry)
    let trust = values.text(.trustClock) ?? "false"
    guard let isTrustingClock = Bool(trust) else {
      throw SettingError(.trustClock, trust, "true or false")
    }
    self.isTrustingClock = isTrustingClock
    let level = values.text(.logLevel) ?? "info"
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw SettingError(
        .logLevel, level, Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.logLevel = logLevel
    origins = try Self.origins(values)
    proxies = try Self.proxies(values)
    adminToken =
      connecting || asking ? try Self.token(.adminToken, orFile: .adminTokenFile, values) : nil
    metricsToken =
      connecting ? try Self.token(.metricsToken, orFile: .metricsTokenFile, values) : nil
    openID = connecting ? try Self.openID(values) : nil
  }

  /// The host as it stands in an address: IPv6 in brackets.
  var shownHost: String { host.contains(":") ? "[\(host)]" : host }

  private static func token(
    _ key: SettingKey, orFile file: SettingKey, _ values: SettingValues
  ) throws -> String? {
    let token = try secret(key, orFile: file, values)
    guard let token else { return nil }
    // A header has no blanks at its ends: such a token would open nothing.
    let isWhole =
      token == token.trimmingCharacters(in: .whitespacesAndNewlines)
      && token.unicodeScalars.allSatisfy { !CharacterSet.controlCharacters.contains($0) }
    if token.count < tokenCharactersMin || !isWhole {
      throw SettingError(
        values.text(file) == nil ? key : file,
        "(\(token.count) characters\(isWhole ? "" : ", with blanks at its ends or line breaks"))",
        "at least \(tokenCharactersMin) characters; make one with: openssl rand -hex 32")
    }
    return token
  }

  /// Blanks or commas stand between them.
  private static func list(_ key: SettingKey, _ values: SettingValues) -> [String] {
    (values.text(key) ?? "").split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
  }

  private static func proxies(_ values: SettingValues) throws -> TrustedProxies {
    do throws(TrustedProxies.NoBlock) {
      return try TrustedProxies(list(.httpProxies, values))
    } catch {
      throw SettingError(
        .httpProxies, error.text,
        "IP addresses, or blocks of them such as 10.0.0.0/8, with blanks or commas between")
    }
  }

  private static func origins(_ values: SettingValues) throws -> Set<String> {
    let origins = list(.httpOrigins, values)
    for origin in origins {
      guard isOrigin(origin), origin == origin.lowercased() else {
        throw SettingError(
          .httpOrigins, origin, "http[s]://host[:port] in small letters, nothing after it")
      }
    }
    return Set(origins)
  }

  /// Whether a text is `http[s]://host[:port]`.
  static func isOrigin(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text) else { return false }
    return ["http", "https"].contains(parts.scheme) && parts.host?.isEmpty == false
      && parts.path.isEmpty && parts.user == nil && parts.query == nil && parts.fragment == nil
  }

  /// A secret, or what the file holds that is named instead; command lines show neither.
  static func secret(
    _ key: SettingKey, orFile file: SettingKey, _ values: SettingValues
  ) throws -> String? {
    let secret = values.text(key)
    guard let path = values.text(file) else { return secret }
    guard secret == nil else {
      throw SettingError(file, path, "one of \(key.rawValue) and \(file.rawValue)")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      case let line = text.trimmingCharacters(in: .newlines), !line.isEmpty
    else {
      let what = key.rawValue.split(separator: "_").last ?? ""
      throw SettingError(file, path, "a readable file that holds the \(what)")
    }
    return line
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// A wrong address is shown, its password is not.
  private static func withoutPassword(_ url: String) -> String {
    guard let at = url.lastIndex(of: "@") else { return url }
    guard let scheme = url.range(of: "://") else { return "…\(url[at...])" }
    return "\(url[..<scheme.upperBound])…\(url[at...])"
  }
}
