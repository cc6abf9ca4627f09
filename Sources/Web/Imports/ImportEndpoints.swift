import HTTPTypes
import Hummingbird
import Ingest
import Queries
import Store

extension Endpoint {
  static let importsPath = "/api/v1/imports"
  private static let latestPath = "\(importsPath)/latest"

  private static let jobExample = #"""
    {
      "number": 1, "name": "button-feedbacks.csv", "dry_run": false, "state": "counting",
      "lines": 120000, "detail": "", "import": null, "withdrawal": null
    }
    """#

  /// What was imported.
  static let imports = Endpoint(
    importsPath, id: "getImports", tag: .operation, need: .role(.administrator),
    summary: "What was imported of earlier suppliers' history",
    description: "Reads every line of it. Takes no parameters. Needs the role administrator.",
    parameters: [],
    success: answer(
      "The imports.", Models.imports,
      example: #"""
        {
          "imports": [
            {
              "id": 1, "imported_at": "2026-11-21T10:00:00.250Z", "source": "happyornot",
              "file": "button-feedbacks.csv", "state": "done", "lines": 120000,
              "lines_counting": 120000, "responses": 114211, "withdrawn_at": null,
              "withdrawn_by": null
            }
          ]
        }
        """#),
    missing: .noRegistry
  ) { call in
    let imports = try await call.service.reader.read { try $0.imports() }
    return .json(Models.imports.json(ListedImports(imports: imports), try call.site))
  }

  /// What was asked for last.
  static let latestImport = Endpoint(
    latestPath, id: "getLatestImport", tag: .operation, need: .role(.administrator),
    summary: "The import or withdrawal that was asked for last, and how far it has come",
    description: "Since the start of the service. Needs the role administrator.",
    parameters: [], success: answer("It.", Models.importJob, example: jobExample),
    missing: .other(
      importProblem("Nothing was asked for yet.", .notFound, "nothing was imported since the start")
    )
  ) { call in
    guard let job = call.service.imports.latest else {
      throw Problem(.notFound, "nothing was imported since the start")
    }
    return .json(Models.importJob.json(job, try call.site))
  }

  /// Takes in a file.
  static let postImport = Endpoint(
    importsPath, .post, id: "postImport", tag: .operation, need: .role(.administrator),
    summary: "Import the history of an earlier supplier",
    description: """
      The body is the CSV that docs/import.md describes; with `mapping_bytes` its first so many bytes \
      are another, which says which touchpoint each of the source's places is. It is answered once \
      the body is here; then it is held against what is stored, written and counted while presses \
      come: see GET \(latestPath). One at a time. Needs the role administrator.
      """,
    parameters: [
      Parameters.importSource, Parameters.importName, Parameters.importMappingBytes,
      Parameters.dryRun, Parameters.importReplaces, Parameters.importOverlaps,
    ],
    success: answer("It is here, and goes on.", Models.importJob, example: jobExample),
    successStatus: "202", missing: .noRegistry,
    responses: [
      ("409", importProblem("Another is under way.", .conflict, busy)),
      (
        "413",
        importProblem(
          "More than 2 GiB.", .contentTooLarge,
          "a file of history has at most 2147483648 bytes here; give it in parts")
      ),
    ],
    requestBody: #"""
      {
        "required": true,
        "content": {
          "text/csv": {
            "schema": { "description": "A CSV, after the mapping's where that is given." },
            "example": "id,time,touchpoint,button\n1,2017-05-05T12:00:00,kallio-aula,3\n"
          }
        }
      }
      """#
  ) { call in
    let name = try call[Parameters.importName] ?? "request"
    var options = ImportOptions(
      source: try call[Parameters.importSource], file: name, actor: try call.author.actor)
    options.isDryRun = try call[Parameters.dryRun]
    options.isReplacing = try call[Parameters.importReplaces]
    options.isOverlapAllowed = try call[Parameters.importOverlaps]
    let mappingBytes = try call[Parameters.importMappingBytes]
    let site = try call.site
    let turn = try call.importTurn(name, isDryRun: options.isDryRun)
    let upload = try await ImportUpload(call, mappingBytes: mappingBytes)
    return .accepted(turn.begin(upload.work(options)), site)
  }

  /// Takes back what an import brought.
  static let withdrawImport = Endpoint(
    "\(importsPath)/{import}", .delete, id: "deleteImport", tag: .operation,
    need: .role(.administrator), summary: "Withdraw an import",
    description: """
      What it had replaced counts again; the import stays in the list. It goes on while presses come: \
      see GET \(latestPath). Needs the role administrator.
      """,
    parameters: [Parameters.importID, Parameters.dryRun],
    success: answer("It goes on.", Models.importJob, example: jobExample),
    successStatus: "202", missing: .noRegistry,
    responses: [("409", importProblem("Another is under way.", .conflict, busy))]
  ) { call in
    let id = try call[Parameters.importID]
    let (isDryRun, site) = (try call[Parameters.dryRun], try call.site)
    let turn = try call.importTurn("import \(id)", isDryRun: isDryRun)
    let actor = try call.author.actor
    return .accepted(turn.begin(.withdrawal(id: id, isDryRun: isDryRun, actor: actor)), site)
  }

  fileprivate static let busy =
    "another import or withdrawal is under way; see GET \(latestPath)"

  private static func importProblem(
    _ text: String, _ status: HTTPResponse.Status, _ detail: String
  ) -> String {
    """
    { "description": \(OpenAPI.quoted(text)), "content": { "application/problem+json": {
    "schema": { "$ref": "#/components/schemas/Problem" },
    "example": { "type": "about:blank", "title": \(OpenAPI.quoted(status.reasonPhrase)),
    "status": \(status.code), "detail": \(OpenAPI.quoted(detail)) } } } }
    """
  }
}

extension Call {
  /// - Throws: 409 while another import has the turn; 503 while nothing can be stored.
  fileprivate func importTurn(_ name: String, isDryRun: Bool) throws -> ImportWorker.Turn {
    guard service.status.current.isStoring else {
      throw Problem.unavailable("nothing can be stored now; nothing was changed, try again")
    }
    guard let turn = service.imports.turn(name, isDryRun: isDryRun) else {
      throw Problem(.conflict, Endpoint.busy)
    }
    return turn
  }
}

extension Response {
  fileprivate static func accepted(_ job: ImportJob?, _ site: Site) -> Response {
    var response = Response.json(job.map { Models.importJob.json($0, site) } ?? [])
    response.status = .accepted
    return response
  }
}
