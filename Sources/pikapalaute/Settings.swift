import Configuration
import Foundation
import MQTT
import SystemPackage
import Web

/// The settings of the service, read once, each checked.
struct Settings {
  let database: String
  let broker: BrokerAddress
  /// nil = HTTP without TLS of our own.
  let certificate: ServedCertificate?
  let clientID: String
  let host: String
  let port: Int
  /// Path of the registry file; nil = what the database holds.
  let registry: String?
  let adminToken: String?
  /// Asked for by `/metrics`; nil = everybody may read it.
  let metricsToken: String?
  /// A person says that the machine's clock is right, whatever devices say.
  let isTrustingClock: Bool

  static let tokenCharactersMin = 32

  /// - Parameters:
  ///   - arguments: what the command line says, by key.
  ///   - file: the YAML file named by `--config`.
  ///   - connecting: whether the broker's password is needed; commands on the database read none.
  /// - Throws: `SettingError` for the first setting that is wrong.
  init(arguments: [String: String], file: String?, connecting: Bool = true) async throws {
    let values = try await SettingValues(arguments: arguments, file: file)
    database = values.text("database") ?? "var/pikapalaute.sqlite"
    let url = values.text("mqtt_url") ?? "mqtt://127.0.0.1:1883"
    guard var broker = BrokerAddress(url) else {
      throw SettingError("mqtt_url", Self.withoutPassword(url), Self.addressesAllowed(for: url))
    }
    if connecting, let password = try Self.brokerPassword(values) {
      guard broker.user != nil, broker.password == nil else {
        throw SettingError(
          "mqtt_url", Self.withoutPassword(url),
          "mqtt[s]://user@host[:port], with a user and no password, when the password is given apart"
        )
      }
      broker.password = password
    }
    if connecting { broker.tls = try Self.brokerTLS(values, broker) }
    self.broker = broker
    certificate = connecting ? try Self.servedCertificate(values) : nil
    clientID = values.text("mqtt_client_id") ?? "pikapalaute"
    guard (1...64).contains(clientID.utf8.count), clientID.utf8.allSatisfy(Self.isNameByte) else {
      throw SettingError("mqtt_client_id", clientID, "1 to 64 letters, digits, '.', '_' or '-'")
    }
    let address = values.text("http_address") ?? "127.0.0.1:8080"
    guard let colon = address.lastIndex(of: ":"), colon != address.startIndex,
      let port = Int(address[address.index(after: colon)...]), (0...65_535).contains(port)
    else { throw SettingError("http_address", address, "host:port such as 127.0.0.1:8080") }
    host = address[..<colon].trimmingCharacters(in: ["[", "]"])
    self.port = port
    registry = values.text("registry")
    let trust = values.text("trust_clock") ?? "false"
    guard let isTrustingClock = Bool(trust) else {
      throw SettingError("trust_clock", trust, "true or false")
    }
    self.isTrustingClock = isTrustingClock
    adminToken = try Self.token("admin_token", values)
    metricsToken = try Self.token("metrics_token", values)
  }

  private static func token(_ key: String, _ values: SettingValues) throws -> String? {
    let token = values.text(key)
    if let token, token.count < tokenCharactersMin {
      throw SettingError(
        key, "(\(token.count) characters)",
        "at least \(tokenCharactersMin) characters; make one with: openssl rand -hex 32")
    }
    return token
  }

  /// The password that is given apart from the address, where command lines do not show it.
  private static func brokerPassword(_ values: SettingValues) throws -> String? {
    let password = values.text("mqtt_password")
    guard let path = values.text("mqtt_password_file") else { return password }
    guard password == nil else {
      throw SettingError("mqtt_password_file", path, "one of mqtt_password and mqtt_password_file")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      case let line = text.trimmingCharacters(in: .newlines), !line.isEmpty
    else {
      throw SettingError("mqtt_password_file", path, "a readable file that holds the password")
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

/// Settings from the command line, the environment and a file, in this order of precedence.
struct SettingValues {
  private let reader: ConfigReader

  init(arguments: [String: String], file: String?) async throws {
    var given: [AbsoluteConfigKey: ConfigValue] = [:]
    for (key, value) in arguments {
      given[AbsoluteConfigKey([key])] = ConfigValue(.string(value), isSecret: false)
    }
    var providers: [any ConfigProvider] = [
      InMemoryProvider(name: "command line", values: given),
      EnvironmentVariablesProvider().prefixKeys(with: "pikapalaute"),
    ]
    if let file {
      do {
        providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
      } catch {
        throw SettingError("config", file, "a readable YAML file (\(error))")
      }
    }
    reader = ConfigReader(providers: providers)
  }

  /// The value; an empty one counts as absent.
  func text(_ key: String) -> String? {
    reader.string(forKey: ConfigKey([key])).flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// A wrong setting, in one line: what, its value, what is allowed.
struct SettingError: Error, CustomStringConvertible {
  let description: String

  init(_ key: String, _ value: String, _ allowed: String) {
    description = "PIKAPALAUTE_\(key.uppercased()): '\(value)' is wrong; allowed: \(allowed)"
  }
}
