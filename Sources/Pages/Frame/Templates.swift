import Foundation
import Mustache

/// The templates, which ship inside the binary.
enum Templates {
  private static let sources: [String: [UInt8]] = [
    "board": PackageResources.board_mustache,
    "board-edit": PackageResources.board_edit_mustache,
    "board-face": PackageResources.board_face_mustache,
    "device": PackageResources.device_mustache,
    "devices": PackageResources.devices_mustache,
    "embed": PackageResources.embed_mustache,
    "failure": PackageResources.failure_mustache,
    "figure": PackageResources.figure_mustache,
    "frame": PackageResources.frame_mustache,
    "node": PackageResources.node_mustache,
    "node-head": PackageResources.node_head_mustache,
    "notes": PackageResources.notes_mustache,
    "phone-codes": PackageResources.phone_codes_mustache,
    "phones": PackageResources.phones_mustache,
    "public": PackageResources.public_mustache,
    "sessions": PackageResources.sessions_mustache,
    "sign-in": PackageResources.sign_in_mustache,
    "table": PackageResources.table_mustache,
    "times": PackageResources.times_mustache,
  ]

  /// Read once; a template that cannot be read is left out, which `TemplateTests` looks at.
  private static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    for (name, source) in sources {
      if let template = try? MustacheTemplate(string: String(decoding: source, as: UTF8.self)) {
        library.register(template, named: name)
      }
    }
    return library
  }()

  static let names = sources.keys.sorted()

  static func source(_ name: String) -> String {
    String(decoding: sources[name] ?? [], as: UTF8.self)
  }

  /// What a template makes of a context.
  static func render(_ name: String, _ context: Any) -> String {
    library.render(context, withTemplate: name) ?? ""
  }
}
