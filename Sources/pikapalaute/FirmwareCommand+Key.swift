import ArgumentParser
import Foundation
import Store

extension FirmwareCommand {
  struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "key", abstract: "Make the key that signs firmware, show its public part.",
      discussion: "Keep the file away from the service: it needs the public part alone.",
      subcommands: [Make.self, Show.self])

    struct Make: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Make a key in a new file of mode 0600, and print its public part.")

      @Argument(help: "The file; it must not be there.")
      var file: String

      func run() async throws {
        try await reportingFailure {
          let key = FirmwareKey()
          try writeNew(key.text + "\n", to: file)
          print(key.publicKey.text)
        }
      }
    }

    struct Show: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Print the public part: for devices, and for the setting firmware_key.")

      @Argument(help: "The file of the key.")
      var file: String

      func run() async throws {
        try await reportingFailure {
          print(try readKey(file).publicKey.text)
        }
      }
    }
  }

  struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sign", abstract: "Print a signed manifest of one firmware.",
      discussion: "Neither database nor service are asked.")

    @Option(help: "The file of the key.")
    var key: String
    @Option(help: "The firmware, of which the SHA-256 is taken.")
    var file: String?
    @Option(help: "The SHA-256 instead, 64 hexadecimal digits in small letters.")
    var sha256: String?
    @Option(help: "What kind of device it is for, as devices say it in their status.")
    var model: String
    @Option(help: "As devices say it in their status once they run it.")
    var version: String
    @Option(help: "Where devices get the file, http[s]://…")
    var url: String

    func run() async throws {
      try await reportingFailure {
        let key = try readKey(key)
        let digest: String
        switch (file, sha256) {
        case (let file?, nil):
          guard let found = FirmwareManifest.sha256(ofFile: file) else {
            throw MissingFile("'\(file)' is no file that can be read")
          }
          digest = found
        case (nil, let given?): digest = given
        default: throw OptionError("give one of --file and --sha256")
        }
        let manifest = try FirmwareManifest(
          model: model, version: version, issued: Clocks.wallMilliseconds() / 1000, sha256: digest,
          url: url)
        print(String(decoding: try key.sign(manifest).json, as: UTF8.self))
      }
    }
  }
}

/// - Throws: `OptionError` for a file that others may read: a key that may be known signs nothing.
private func readKey(_ path: String) throws -> FirmwareKey {
  let text = try readText(path).trimmingCharacters(in: .whitespacesAndNewlines)
  let attributes = try? FileManager.default.attributesOfItem(atPath: path)
  if let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 != 0 {
    throw OptionError("others may read '\(path)'; run: chmod 600 \(path)")
  }
  do throws(FirmwareRefusal) {
    return try FirmwareKey(text)
  } catch {
    throw OptionError("'\(path)': \(error.description)")
  }
}

/// Writes a file that was not there, for its owner alone.
private func writeNew(_ text: String, to path: String) throws {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  guard descriptor >= 0 else {
    throw OptionError("'\(path)' cannot be made: \(unsafe String(cString: strerror(errno)))")
  }
  let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  try handle.write(contentsOf: Data(text.utf8))
  try handle.synchronize()
}
