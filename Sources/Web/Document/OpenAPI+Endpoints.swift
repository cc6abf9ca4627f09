import HTTPTypes

/// What follows from the declarations of the endpoints.
extension OpenAPI {
  static let paths: String = {
    var paths: [String] = []
    var operations: [String: [String]] = [:]
    for endpoint in Endpoint.all {
      guard let documentation = endpoint.documentation else { continue }
      if operations[endpoint.path] == nil { paths.append(endpoint.path) }
      operations[endpoint.path, default: []].append(
        "\"\(endpoint.method.lowercased())\": \(operation(endpoint, documentation))")
    }
    return paths.map { path in
      "\"\(path)\": { \((operations[path] ?? []).joined(separator: ",\n")) }"
    }.joined(separator: ",\n")
  }()

  /// Each parameter once, in the order in which endpoints name them.
  static let parameters: String = {
    var seen: Set<String> = []
    return Endpoint.all.filter { !$0.isPage }.flatMap { $0.parameters ?? [] }.map(\.description)
      .filter { seen.insert($0.key).inserted }
      .map { "\"\($0.key)\": \(parameter($0))" }.joined(separator: ",\n")
  }()

  private static func operation(
    _ endpoint: Endpoint, _ documentation: Endpoint.Documentation
  ) -> String {
    var members = [
      member("operationId", documentation.id), "\"tags\": [\"\(documentation.tag.rawValue)\"]",
      member("summary", documentation.summary),
    ]
    if let text = documentation.description { members.append(member("description", text)) }
    if endpoint.need == .nothing { members.append("\"security\": []") }
    if let parameters = endpoint.parameters, !parameters.isEmpty {
      let references = parameters.map {
        "{ \"$ref\": \"#/components/parameters/\($0.description.key)\" }"
      }
      members.append("\"parameters\": [\(references.joined(separator: ", "))]")
    }
    if let body = documentation.requestBody { members.append("\"requestBody\": \(body)") }
    let responses = responses(endpoint, documentation).sorted { $0.key < $1.key }
      .map { "\"\($0.key)\": \($0.value)" }
    members.append("\"responses\": {\n\(responses.joined(separator: ",\n"))\n}")
    return "{\n\(members.joined(separator: ",\n"))\n}"
  }

  /// What an endpoint of its kind answers, and what its declaration adds.
  private static func responses(
    _ endpoint: Endpoint, _ documentation: Endpoint.Documentation
  ) -> [String: String] {
    var responses = [documentation.successStatus: documentation.success]
    if documentation.hasTag {
      responses["304"] =
        "{ \"description\": \"Nothing changed since the copy that If-None-Match names.\" }"
    }
    if let parameters = endpoint.parameters {
      responses["400"] = shared("BadParameter")
      responses["503"] = shared("Unavailable")
      if parameters.contains(where: { $0.description.name == TableFormat.parameter }) {
        responses["406"] = shared("NotAcceptable")
      }
    }
    if endpoint.need != .nothing {
      responses["401"] = shared("Unauthorized")
      responses["403"] = shared("Forbidden")
    }
    switch documentation.missing {
    case nil: break
    case .noRegistry: responses["404"] = shared("NoRegistry")
    case .noNode: responses["404"] = shared("NoNode")
    case .other(let json): responses["404"] = json
    }
    for response in documentation.responses { responses[response.status] = response.json }
    return responses
  }

  private static func shared(_ response: String) -> String {
    "{ \"$ref\": \"#/components/responses/\(response)\" }"
  }

  private static func parameter(_ parameter: ParameterDescription) -> String {
    var members = [member("name", parameter.name), member("in", parameter.place.rawValue)]
    if parameter.isRequired { members.append("\"required\": true") }
    members.append(member("description", parameter.text))
    members.append("\"schema\": \(parameter.schema)")
    if !parameter.example.isEmpty { members.append(parameter.example) }
    return "{ \(members.joined(separator: ", ")) }"
  }

  private static func member(_ name: String, _ text: String) -> String {
    "\"\(name)\": \(quoted(text))"
  }

  /// A text as JSON.
  static func quoted(_ text: String) -> String {
    var json = JSONWriter()
    json.element(text)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
