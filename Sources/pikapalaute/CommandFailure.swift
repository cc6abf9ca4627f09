import ArgumentParser
import Foundation

/// Runs a command; what goes wrong becomes one line on standard error.
///
/// - Throws: exit code 78 for wrong settings, 1 for everything else.
func reportingFailure(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let exit as ExitCode {
    throw exit
  } catch let error as SettingError {
    say(error.description)
    throw ExitCode(78)
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

/// The text of a file, whatever its encoding's faults.
func readText(_ path: String, setting: String) throws -> String {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw SettingError(setting, path, "a file that can be read")
  }
  guard let text = String(validating: data, as: UTF8.self) else {
    throw SettingError(setting, path, "a file in UTF-8")
  }
  return text
}
