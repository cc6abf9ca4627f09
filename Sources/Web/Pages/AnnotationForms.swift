import Hummingbird
import Pages
import Store

extension Endpoint {
  /// A manager notes something on the page of a node.
  static let annotateForm = Endpoint(
    page: "/dashboard/{node}/annotations", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    do {
      _ = try await call.annotate(
        AnnotationBody(
          node: try call[Parameters.nodeOfPath], date: call.form["date"] ?? "",
          text: call.form["text"] ?? ""))
    } catch let refusal as AnnotationRefusal {
      // Not the address is wrong.
      throw Problem(.unprocessableContent, Problem(refusal).detail)
    }
    return call.leadingBack
  }

  /// A manager withdraws a note.
  static let withdrawAnnotationForm = Endpoint(
    page: "/dashboard/{node}/annotations/{annotation}/withdraw", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.annotation, Parameters.pageLanguage]
  ) { call in
    try await call.withdrawAnnotation()
    return call.leadingBack
  }
}

extension Call {
  /// To the page that the form was on.
  fileprivate var leadingBack: Response {
    .leadingTo(LocalPath(form["next"]).text + "#notes")
  }
}
