import Foundation
import Registry
import Yams

/// The YAML file that `--config` names: one mapping of settings to texts.
enum SettingsFile {
  /// - Throws: `SettingError` with the line: no YAML, no setting, twice, no text.
  static func read(_ path: String) throws -> [SettingKey: String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingError(file: path, "there is no such file, or it cannot be read")
    }
    let text = String(decoding: data, as: UTF8.self).withoutByteOrderMark
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: text, .basic)
    } catch {
      throw SettingError(file: path, "not YAML: \(error)")
    }
    guard let root else { return [:] }
    guard case .mapping(let mapping) = root else {
      throw SettingError(file: path, "must be a mapping, one `setting: value` a line")
    }
    var values: [SettingKey: String] = [:]
    for (name, value) in mapping {
      let line = name.mark.map { "line \($0.line): " } ?? ""
      guard let key = SettingKey(rawValue: name.string ?? "") else {
        let word = name.string ?? "a name that is no text"
        throw SettingError(unknown: word, word: word, in: path, shown: \.rawValue)
      }
      guard case .scalar(let scalar) = value else {
        throw SettingError(
          file: path, "\(line)\(key.rawValue) is a \(shape(of: value)); allowed: one text")
      }
      guard values.updateValue(scalar.string, forKey: key) == nil else {
        throw SettingError(file: path, "\(line)\(key.rawValue) stands twice")
      }
    }
    return values
  }

  private static func shape(of node: Yams.Node) -> String {
    switch node {
    case .mapping: "mapping"
    case .sequence: "list"
    case .scalar, .alias: "reference"
    }
  }
}
