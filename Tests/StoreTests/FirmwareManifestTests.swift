import Foundation
import Store
import TestSupport
import Testing

@Suite struct FirmwareManifestTests {
  private struct Vectors: Decodable {
    struct Vector: Decodable {
      var name: String
      var manifest: FirmwareManifest
      var signed: String
      var genuine: Bool
    }
    var publicKey: String
    var vectors: [Vector]

    enum CodingKeys: String, CodingKey {
      case vectors
      case publicKey = "public_key"
    }
  }

  @Test("the vectors' manifests are what they say, genuine or not")
  func vectors() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../firmware-protocol/vectors/firmware.json")
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: path))
    let key = try #require(FirmwarePublicKey(vectors.publicKey))
    for vector in vectors.vectors {
      #expect(
        String(decoding: vector.manifest.signedBytes, as: UTF8.self) == vector.signed,
        "\(vector.name)")
      #expect(key.vouches(for: vector.manifest) == vector.genuine, "\(vector.name)")
    }
    #expect(vectors.vectors.count >= 5)
  }

  @Test("a signed manifest is read back and vouched for by its key alone")
  func signs() throws {
    let key = try FirmwareKey(FirmwareKey().text)
    let signed = try key.sign(Self.manifest(version: "1.5.0"))
    let read = try FirmwareManifest(json: signed.json)
    #expect(read == signed)
    #expect(key.publicKey.vouches(for: read))
    #expect(!FirmwareKey().publicKey.vouches(for: read))
  }

  @Test(
    "a part that would make two manifests sign alike is refused",
    arguments: [
      ("hn4\n1.5.0", "1.5.0", "https://files.example/a"), ("", "1.5.0", "https://files.example/a"),
      ("hn4", String(repeating: "1", count: 65), "https://files.example/a"),
      ("hn4", "1.5.0", "https://files.example/a b"), ("hn4", "1.5.0", "ftp://files.example/a"),
      ("hn4", "1.5.0\u{0}", "https://files.example/a"),
    ])
  func refuses(model: String, version: String, url: String) {
    #expect(throws: FirmwareRefusal.self) {
      try FirmwareManifest(
        model: model, version: version, issued: 0, sha256: String(repeating: "0", count: 64),
        url: url)
    }
  }

  static func manifest(
    model: String = "hn4", version: String, issued: Int64 = 1_795_255_200
  ) throws -> FirmwareManifest {
    try FirmwareManifest(
      model: model, version: version, issued: issued, sha256: String(repeating: "a", count: 64),
      url: "https://files.example/\(model)-\(version).bin")
  }
}
