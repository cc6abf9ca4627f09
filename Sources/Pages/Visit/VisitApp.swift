/// The web app on which a home-care visit is rated: files that ship inside the binary, and what is said
/// of them to whoever keeps them for when there is no network.
public enum VisitApp {
  /// A file, at `/visit/NAME`.
  public struct File: Sendable {
    public let type: String
    public let bytes: [UInt8]
  }

  /// At `/visit`.
  public static let page = PackageResources.visit_html

  /// - Returns: nil where there is no such file.
  public static func file(_ name: String, language: Language) -> File? {
    name == "app.webmanifest"
      ? File(type: "application/manifest+json", bytes: Array(manifest(language).utf8))
      : files[name]
  }

  private static let script = "text/javascript; charset=utf-8"
  private static let kept: [String: File] = [
    "app.css": File(type: "text/css; charset=utf-8", bytes: PackageResources.visit_css),
    "app.js": File(type: script, bytes: PackageResources.visit_app_js),
    "frame.js": File(type: script, bytes: PackageResources.visit_frame_js),
    "icon.svg": File(type: "image/svg+xml; charset=utf-8", bytes: PackageResources.visit_icon_svg),
    "journal.js": File(type: script, bytes: PackageResources.visit_journal_js),
    "sender.js": File(type: script, bytes: PackageResources.visit_sender_js),
    "words.js": File(type: script, bytes: PackageResources.visit_words_js),
  ]
  private static let files = kept.merging([
    "icon-192.png": File(type: "image/png", bytes: PackageResources.visit_icon_192_png),
    "icon-512.png": File(type: "image/png", bytes: PackageResources.visit_icon_512_png),
    "version.js": File(type: script, bytes: Array(versionScript.utf8)),
    "worker.js": File(type: script, bytes: PackageResources.visit_worker_js),
  ]) { one, _ in one }

  /// What is kept for when there is no network, under a version that changes with any of it.
  private static var versionScript: String {
    let names = kept.keys.sorted()
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
    for bytes in [page, PackageResources.visit_worker_js] + names.compactMap({ kept[$0]?.bytes }) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    let paths = names.map { "\"/visit/\($0)\"" }.joined(separator: ", ")
    return """
      export const version = "\(String(hash, radix: 36))";
      export const files = ["/visit", \(paths)];

      """
  }

  /// Names for the home screen, in the language of the browser.
  private static func manifest(_ language: Language) -> String {
    let name = Phrase("Palaute kotikäynnistä", "Respons på hembesöket", "Visit feedback")
    let shortName = Phrase("Palaute", "Respons", "Feedback")
    return """
      {
        "id": "/visit", "start_url": "/visit", "scope": "/visit", "display": "standalone",
        "name": "\(name[language])", "short_name": "\(shortName[language])", "lang": "\(language.rawValue)",
        "background_color": "#f4f5f7", "theme_color": "#0b4a8f",
        "icons": [
          { "src": "/visit/icon.svg", "type": "image/svg+xml", "sizes": "any" },
          { "src": "/visit/icon-192.png", "type": "image/png", "sizes": "192x192" },
          { "src": "/visit/icon-512.png", "type": "image/png", "sizes": "512x512", "purpose": "any maskable" }
        ]
      }
      """
  }
}
