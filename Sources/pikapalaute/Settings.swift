import Configuration
import Foundation
import MQTT
import SystemPackage

/// The settings of the service, read once, each checked.
struct Settings {
  let database: String
  let broker: BrokerAddress
  let clientID: String
  let host: String
  let port: Int
  /// Path of the registry file; nil = what the database holds.
  let registry: String?
  let adminToken: String?

  static let adminTokenCharactersMin = 32

  /// - Parameters:
  ///   - arguments: what the command line says, by key.
  ///   - file: the YAML file named by `--config`.
  /// - Throws: `SettingError` for the first setting that is wrong.
  init(arguments: [String: String], file: String?) async throws {
    let values = try await SettingValues(arguments: arguments, file: file)
    database = values.text("database") ?? "var/pikapalaute.sqlite"
    let url = values.text("mqtt_url") ?? "mqtt://127.0.0.1:1883"
    guard let broker = BrokerAddress(url) else {
      throw SettingError(
        "mqtt_url", Self.withoutPassword(url), "mqtt[s]://[user[:password]@]host[:port]")
    }
    self.broker = broker
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
    adminToken = values.text("admin_token")
    if let adminToken, adminToken.count < Self.adminTokenCharactersMin {
      throw SettingError(
        "admin_token", "(\(adminToken.count) characters)",
        "at least \(Self.adminTokenCharactersMin) characters; make one with: openssl rand -hex 32")
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
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
private struct SettingValues {
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
