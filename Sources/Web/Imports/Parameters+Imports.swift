import Store

extension Parameters {
  // MARK: Of imports

  static let importID = Parameter<Int64>(
    description: ParameterDescription(
      name: "import", key: "import", place: .path, isRequired: true,
      text: "The `id` of an import.", schema: #"{"type":"integer","minimum":1}"#,
      example: "\"example\":1")
  ) { text, _ in
    guard let id = text.flatMap({ Int64($0) }), id > 0 else {
      throw Problem.parameter(
        "import",
        "'\((text ?? "").prefix(40))' is no import's number; see GET \(Endpoint.importsPath)")
    }
    return id
  }
  /// Empty = by the form of the file.
  static let importSource = Parameter<String>(
    description: ParameterDescription(
      name: "source", key: "importSource",
      text: "Name under which the lines' ids are remembered; without it by the form of the file.",
      schema: #"{"type":"string","pattern":"^[a-z0-9][a-z0-9-]{0,30}$"}"#,
      example: #""example":"happyornot""#)
  ) { text, _ in
    guard let text else { return "" }
    guard ImportOptions.isSource(text) else {
      throw Problem.parameter("source", "'\(text.prefix(40))' is not 1 to 31 of a-z, 0-9 and -")
    }
    return text
  }
  /// nil = not given.
  static let importName = Parameter<String?>(
    description: ParameterDescription(
      name: "name", key: "importName", text: "Name of the file, for the record.",
      schema: #"{"type":"string","minLength":1,"maxLength":200}"#,
      example: #""example":"button-feedbacks.csv""#)
  ) { text, _ in
    guard let text else { return nil }
    guard (1...200).contains(text.count),
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw Problem.parameter("name", "is not one line of 1 to 200 characters") }
    return text
  }
  static let importMappingBytes = Parameter<Int>.count(
    "mapping_bytes", in: 0...WebLimits.importMappingBytesMax, default: 0,
    "So many bytes of the body are the CSV id,touchpoint[,question]; the file follows.",
    example: 0)
  static let dryRun = Parameter<Bool>.flag(
    "dry_run", "Only tell what would change; `1` and `0` will do.")
  static let importReplaces = Parameter<Bool>.flag(
    "replace", "Lines that are known but say something else take the place of what was there.")
  static let importOverlaps = Parameter<Bool>.flag(
    "allow_overlap", "Import also hours in which own devices counted at the same place.")
}
