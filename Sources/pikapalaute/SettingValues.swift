import Configuration
import Foundation
import Registry

/// Settings from the command line, the environment and a file, in this order of precedence.
struct SettingValues {
  private let reader: ConfigReader

  /// - Throws: `SettingError` for a file that cannot be read, or that says what is no setting.
  init(arguments: [SettingKey: String], file: String?) throws {
    var providers: [any ConfigProvider] = [
      InMemoryProvider(name: "command line", values: Self.values(arguments)),
      EnvironmentVariablesProvider().prefixKeys(with: "pikapalaute"),
    ]
    if let file {
      providers.append(
        InMemoryProvider(name: file, values: Self.values(try SettingsFile.read(file))))
    }
    reader = ConfigReader(providers: providers)
  }

  private static func values(_ given: [SettingKey: String]) -> [AbsoluteConfigKey: ConfigValue] {
    var values: [AbsoluteConfigKey: ConfigValue] = [:]
    for (key, value) in given {
      values[AbsoluteConfigKey([key.rawValue])] = ConfigValue(.string(value), isSecret: false)
    }
    return values
  }

  /// The value; an empty one counts as absent.
  func text(_ key: SettingKey) -> String? {
    reader.string(forKey: ConfigKey([key.rawValue])).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Refuses variables that look like settings of ours and are none: a slip of the pen would leave the
  /// setting at its default without a word.
  static func checkEnvironment(_ environment: [String: String]) throws(SettingError) {
    for name in environment.keys.sorted() where name.hasPrefix(SettingKey.prefix) {
      if SettingKey.allCases.contains(where: { $0.variable == name }) { continue }
      let word = name.dropFirst(SettingKey.prefix.count).lowercased()
      throw SettingError(unknown: name, word: word, shown: \.variable)
    }
  }
}

/// A wrong setting, in one line: what, its value, what is allowed.
struct SettingError: Error, CustomStringConvertible {
  let description: String

  init(_ key: SettingKey, _ value: String, _ allowed: String) {
    description = "\(key.variable): '\(value)' is wrong; allowed: \(allowed)"
  }

  init(_ description: String) {
    self.description = description
  }

  /// For the option `--config`, which is no setting itself.
  init(file: String, _ reason: String) {
    description = "--config \(file): \(reason)"
  }

  /// - Parameters:
  ///   - name: what is no setting, as it is written.
  ///   - word: the part of it that tells settings apart.
  ///   - shown: how settings are written there.
  init(
    unknown name: String, word: String, in file: String? = nil, shown: (SettingKey) -> String
  ) {
    let place = file.map { "--config \($0): " } ?? ""
    let keys = SettingKey.allCases
    let likely = Spelling.nearest(to: word, among: keys.map(\.rawValue))
      .flatMap(SettingKey.init)
    let advice =
      likely.map { "did you mean '\(shown($0))'?" }
      ?? "there are: \(keys.map(shown).joined(separator: ", "))"
    description = "\(place)\(name) is no setting; \(advice)"
  }
}
