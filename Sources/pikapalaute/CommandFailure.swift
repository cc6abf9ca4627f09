import ArgumentParser
import Foundation

/// Runs a command; what goes wrong becomes one line on standard error.
///
/// - Throws: exit code 78 for wrong settings, 66 for a file that is not there, 1 for everything else.
func reportingFailure(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let exit as ExitCode {
    throw exit
  } catch let error as SettingError {
    say(error.description)
    throw ExitCode(78)
  } catch let error as MissingFile {
    say(error.description)
    throw ExitCode(66)
  } catch {
    say("\(error)")
    throw ExitCode(1)
  }
}

/// One line for a person, on standard error.
func say(_ line: String) {
  let text = line.split(whereSeparator: \.isNewline).joined(separator: " ")
  FileHandle.standardError.write(Data("pikapalaute: \(text)\n".utf8))
}

/// The text of a file in UTF-8.
///
/// - Parameter setting: what names the file, unless the command line does.
func readText(_ path: String, setting: SettingKey? = nil) throws -> String {
  guard let data = FileManager.default.contents(atPath: path) else {
    if let setting { throw SettingError(setting, path, "a file that can be read") }
    throw MissingFile("'\(path)' is no file that can be read")
  }
  guard let text = String(validating: data, as: UTF8.self) else {
    if let setting { throw SettingError(setting, path, "a file in UTF-8") }
    throw OptionError("'\(path)' is not in UTF-8")
  }
  return text
}

/// A wrong option or argument of a command, in one line.
struct OptionError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  init(_ option: String, _ value: String, _ allowed: String) {
    self.init("\(option) '\(value)' is wrong; allowed: \(allowed)")
  }
}

/// A file that a command works on is not there.
struct MissingFile: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
